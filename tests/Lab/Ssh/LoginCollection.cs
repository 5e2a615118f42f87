using System.Diagnostics.CodeAnalysis;

namespace GostBt.Lab.Tests.Ssh;

/// <summary>The tests of logins share a lab whose VPS has users and passwords that no other test's VPS has.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xunit's own term")]
public sealed class LoginCollection : ICollectionFixture<LoginFixture>
{
    public const string Name = "logins";
}
