using GostBt.Server;

namespace GostBt.Core.Tests.Server;

public sealed class ServerUpdatePlanTests
{
    [Theory]
    [InlineData(CertificateRenewal.None, null)]
    [InlineData(CertificateRenewal.SameKey, "same key")]
    [InlineData(CertificateRenewal.NewKey, "new key")]
    public void A_renewal_is_a_step_of_its_own_after_the_others(CertificateRenewal renewal, string? step)
    {
        var server = Samples.Plan(Samples.Profile(), Samples.Fresh);
        var plan = new ServerUpdatePlan(server, renewal);

        Assert.StartsWith(server.ToString(), plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(step is not null, plan.ToString() != server.ToString());
        Assert.EndsWith(step is null ? "\n" : step + "\n", plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(step is not null, new ServerUpdatePlan(server with { Steps = [] }, renewal).HasChanges);
    }
}
