using GostBt.Model;
using GostBt.Profiles;
using GostBt.Ssh;

namespace GostBt.Core.Tests.Ssh;

/// <summary>
/// A stand-in for the ssh client: a script that runs the remote command here and keeps the arguments it was given. What only the real one can show
/// is in the lab tests.
/// </summary>
internal sealed class FakeSsh : IOperationLog, IDisposable
{
    /// <param name="behaviour">What it does before it runs the remote command, in sh.</param>
    /// <param name="known">The user's known_hosts.</param>
    /// <param name="knownFolder">Where that is, under <see cref="Folder"/>.</param>
    /// <param name="settings">What <c>ssh -G</c> prints besides.</param>
    public FakeSsh(string behaviour = "", string known = "", string knownFolder = "", string settings = "")
    {
        Folder = Directory.CreateTempSubdirectory("gostbt-test-").FullName;
        Paths = new GostBtPaths(Path.Combine(Folder, "config with space"), Path.Combine(Folder, "state"));
        var knownHosts = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, knownFolder)).FullName, "known_hosts");
        File.WriteAllText(knownHosts, known);
        Program = Path.Combine(Folder, "ssh");
        File.WriteAllText(Program, $$"""
            #!/bin/sh
            printf '%s\n' "$@" '' >>'{{Folder}}/arguments'
            for argument do
                case $argument in
                    -G)
                        printf 'hostname vps.example.net\nport 22\nuserknownhostsfile {{knownHosts}} {{Folder}}/none\nglobalknownhostsfile none\n{{settings}}'
                        exit 0
                        ;;
                esac
                last=$argument
            done
            {{behaviour}}
            export TMPDIR='{{Folder}}'
            sh -c "$last"
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Folder { get; }

    public string Program { get; }

    public GostBtPaths Paths { get; }

    public List<string> Lines { get; } = [];

    /// <summary>Every argument of every call, a line each.</summary>
    public string Arguments => File.ReadAllText(Path.Combine(Folder, "arguments"));

    public OpenSshConnector Connector => new(Paths, this, Program);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    void IOperationLog.Verbose(string message) => Lines.Add(message);

    void IOperationLog.Warning(string message) => Lines.Add(message);

    void IOperationLog.Progress(string activity, string status, int percent) => Lines.Add(status);
}
