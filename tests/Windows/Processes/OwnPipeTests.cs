using System.IO.Pipes;
using System.Security.Principal;
using GostBt.Processes;
using GostBt.Windows.Tests.Running;

namespace GostBt.Windows.Tests.Processes;

/// <summary>Whose a pipe and a process are, by the real advapi32.</summary>
public sealed class OwnPipeTests
{
    private readonly string _name = "gostbt-test-" + Guid.NewGuid().ToString("N");

    [SkippableFact]
    public void A_token_tells_the_same_as_the_framework_s()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        using var identity = WindowsIdentity.GetCurrent();

        Assert.Equal(identity.User!.Value, WindowsToken.User);
        Assert.Equal(identity.Owner!.Value, WindowsToken.Owner);
        Assert.Equal(Environment.IsPrivilegedProcess, WindowsToken.IsElevated);
    }

    [SkippableFact]
    public async Task A_pipe_of_this_user_is_told_to_be_his_and_carries_what_is_said()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var server = new NamedPipeServerStream(_name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, OwnPipe.Options, 64, 64);
        using var client = OwnPipe.Client(_name);

        await Task.WhenAll(server.WaitForConnectionAsync(limit.Token), OwnPipe.ConnectAsync(client, 20_000, limit.Token));
        await client.WriteAsync(new byte[] { 7 }, limit.Token);
        var got = new byte[1];
        await server.ReadExactlyAsync(got, limit.Token);

        Assert.Equal(7, got[0]);
        Assert.Contains(WindowsPipeOwner.Of(client.SafePipeHandle), new[] { WindowsToken.User, WindowsToken.Owner });
        WindowsPipeOwner.RequireThisUser(client.SafePipeHandle);
    }

    [SkippableFact]
    public async Task Who_waits_at_the_pipe_may_see_who_calls_and_not_act_in_his_name()
    {
        Skip.IfNot(OperatingSystem.IsWindows(), "not Windows");
        Skip.If(Wine.IsHere, "Wine gives every server of a pipe the whole token of who calls");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var server = new NamedPipeServerStream(_name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, OwnPipe.Options, 64, 64);
        using var client = OwnPipe.Client(_name);
        await Task.WhenAll(server.WaitForConnectionAsync(limit.Token), OwnPipe.ConnectAsync(client, 20_000, limit.Token));
        await client.WriteAsync(new byte[] { 7 }, limit.Token);
        await server.ReadExactlyAsync(new byte[1], limit.Token);

        TokenImpersonationLevel? level = null;
        server.RunAsClient(() =>
        {
            using var caller = WindowsIdentity.GetCurrent(ifImpersonating: true);
            level = caller?.ImpersonationLevel;
        });

        Assert.Equal(TokenImpersonationLevel.Identification, level);
    }
}
