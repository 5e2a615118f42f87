using System.Globalization;
using GostBt.Gost;
using GostBt.Model;
using GostBt.Processes;
using GostBt.Profiles;

namespace GostBt.Tunnel;

/// <summary>An engine process with a gost configuration: gost or <c>gostbt engine</c>. The supervisor knows nothing more of it.</summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly ChildProcess _child;
    private readonly TimeSpan _grace;
    private volatile string? _lastError;

    private EngineProcess(EngineProgram program, string configurationPath, AgentLog log, string secret)
    {
        _grace = program.Grace;
        var command = new ProcessCommand(program.Path, [.. program.Arguments, "-C", configurationPath])
        {
            Environment = program.Environment,
            StandardInput = program.EndsWithItsInput ? (_, end) => Task.Delay(Timeout.Infinite, end) : null,
        };
        _child = ChildProcess.StartLines(command, line =>
        {
            // An engine that printed a password would be at fault; it must not reach the log even so.
            var clean = line.Replace(secret, "***");
            log.Engine(clean);
            _lastError = EngineFault.ErrorOf(clean) ?? _lastError;
        });
    }

    /// <summary>Its process.</summary>
    public int Id => _child.Id;

    /// <summary>Its last error, if any.</summary>
    public string? LastError => _lastError;

    /// <summary>Ends with the exit code when the process ends.</summary>
    public Task<int> Exited => _child.Exited;

    /// <summary>Writes the configuration, which only the owner can read, and starts the engine.</summary>
    /// <exception cref="GostBtException"><see cref="GostBtFailure.EngineFailed"/>: the program cannot be started.</exception>
    public static EngineProcess Start(EngineProgram program, GostConfiguration configuration, string configurationPath, string secret, AgentLog log)
    {
        var text = GostYaml.Write(configuration);

        // An engine is replaced on a full disk, too: what it needs is there already.
        if (!File.Exists(configurationPath) || File.ReadAllText(configurationPath) != text)
        {
            PrivateFile.WriteAllText(configurationPath, text);
        }

        try
        {
            return new EngineProcess(program, configurationPath, log, secret);
        }
        catch (ProcessStartException e)
        {
            throw new GostBtException(GostBtFailure.EngineFailed, e.Message, "Check the file and its permissions.", e);
        }
    }

    /// <summary>What went wrong on the way up no longer explains anything.</summary>
    public void ForgetErrors() => _lastError = null;

    /// <summary>Why it ended, or does not do its work.</summary>
    /// <param name="step">What was being done.</param>
    public GostBtException Explain(string step)
    {
        if (!Exited.IsCompleted)
        {
            return EngineFault.Explain(_lastError, step);
        }

        var code = Exited.Result.ToString(CultureInfo.InvariantCulture);
        return _lastError is null
            ? new GostBtException(GostBtFailure.EngineFailed, $"{step}: the engine ended with code {code}.", "The agent's log tells more.")
            : EngineFault.Explain(_lastError, $"{step}: the engine ended with code {code}");
    }

    /// <summary>Asks it to end, and ends it when it does not.</summary>
    public Task StopAsync() => _child.StopAsync(_grace, CancellationToken.None);

    /// <summary>Ends it at once, because another one is to take its place.</summary>
    public Task KillAsync() => _child.KillAloneAsync();

    /// <inheritdoc/>
    public void Dispose() => _child.Dispose();
}
