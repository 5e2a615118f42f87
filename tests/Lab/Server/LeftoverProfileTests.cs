using GostBt.Lab.Tests.Raising;
using Xunit.Sdk;

namespace GostBt.Lab.Tests.Server;

/// <summary>A test that fails midway leaves no profile behind on the VPS that all share.</summary>
[Collection(LabCollection.Name)]
public sealed class LeftoverProfileTests(LabFixture fixture)
{
    [SkippableTheory]
    [InlineData("true")]
    [InlineData("systemctl stop ssh")]
    public async Task What_a_failed_test_deployed_is_taken_back(string damage)
    {
        await Assert.ThrowsAsync<XunitException>(async () =>
        {
            using var home = new Deployment(fixture.Lab);
            await home.DeployAsync();
            await home.VpsAsync(damage);
            throw new XunitException("as a failed assertion does");
        });

        using var next = new Deployment(fixture.Lab);
        Assert.Equal("Running", (await next.DeployAsync()).State);
        await next.RemoveAsync();
    }
}
