namespace GostBt.Engine.Tests.Tun;

/// <summary>A service that runs until disposed.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly IEngineService _service;
    private readonly CancellationTokenSource _ending = new();

    private RunningService(IEngineService service)
    {
        _service = service;
        Running = service.RunAsync(_ending.Token);
    }

    internal Task Running { get; }

    internal static async Task<RunningService> StartAsync(IEngineService service)
    {
        await service.StartAsync(CancellationToken.None);
        return new RunningService(service);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Running.WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(Running.IsCompleted, "the service goes on after it was cancelled");
        await _service.DisposeAsync();
        _ending.Dispose();
    }
}
