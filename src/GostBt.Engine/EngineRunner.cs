using GostBt.Engine.Addresses;
using GostBt.Engine.Config;
using GostBt.Engine.Logging;
using GostBt.Gost;
using GostBt.Model;
using GostBt.Yaml;

namespace GostBt.Engine;

/// <summary>The bundled engine: serves one configuration file until it is told to stop.</summary>
public static class EngineRunner
{
    /// <summary>Stopped because it was asked to.</summary>
    public const int Stopped = 0;

    /// <summary>A service could not start, or ended by itself.</summary>
    public const int Failed = 1;

    /// <summary>The configuration cannot be used, or a file it names.</summary>
    public const int BadConfiguration = 2;

    /// <summary>Runs the services of a configuration.</summary>
    /// <param name="configPath">gost v3's YAML, the subset of <see cref="GostConfigurationReader"/>.</param>
    /// <param name="log">One line an event; never a secret, and no peer's address at info and above.</param>
    /// <param name="cancellationToken">Stops it cleanly.</param>
    /// <returns><see cref="Stopped"/>, <see cref="Failed"/> or <see cref="BadConfiguration"/>; the reason is the last line of the log.</returns>
    public static async Task<int> RunAsync(string configPath, TextWriter log, CancellationToken cancellationToken)
    {
        var startLog = new EngineLog(log, EngineLogLevel.Info);
        GostConfiguration configuration;
        try
        {
            configuration = await GostConfigurationReader.ReadFileAsync(configPath, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is YamlFormatException or IOException or UnauthorizedAccessException)
        {
            startLog.Error(e.Message);
            return BadConfiguration;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }

        var level = configuration.LogLevel is { } name ? Enum.Parse<EngineLogLevel>(name, ignoreCase: true) : EngineLogLevel.Info;
        return await RunAsync(configuration, new EngineLog(log, level), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(GostConfiguration configuration, EngineLog log, CancellationToken cancellationToken)
    {
        IReadOnlyList<IEngineService> services = [];
        try
        {
            services = EngineServices.Create(configuration, new SystemResolver(), log);
            foreach (var service in services)
            {
                await service.StartAsync(cancellationToken).ConfigureAwait(false);
            }

            await ServeAsync(services, cancellationToken).ConfigureAwait(false);
            return Stopped;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Info("engine stopped");
            return Stopped;
        }
        catch (GostBtException e)
        {
            log.Error($"{e.Message} {e.Remedy}");
            return e.Failure == GostBtFailure.InvalidInput ? BadConfiguration : Failed;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.Error($"engine ended by {e.GetType().Name}: {e.Message}");
            return Failed;
        }
        finally
        {
            foreach (var service in services)
            {
                await service.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // The first service to end takes the others with it: half an engine would look alive.
    private static async Task ServeAsync(IReadOnlyList<IEngineService> services, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = services.Select(service => service.RunAsync(end.Token)).ToList();
        var first = await Task.WhenAny(running).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
