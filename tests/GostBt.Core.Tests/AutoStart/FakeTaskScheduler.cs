using System.Text.RegularExpressions;
using GostBt.AutoStart;
using GostBt.Model;
using GostBt.Ssh;

namespace GostBt.Core.Tests.AutoStart;

/// <summary>One task at most, and each call noted.</summary>
internal sealed class FakeTaskScheduler : ITaskScheduler
{
    public List<string> Calls { get; } = [];

    public string? Kept { get; set; }

    public SshPassword? Password { get; private set; }

    /// <summary>What becomes of a definition that is registered.</summary>
    public Func<string, string?> Keeps { get; init; } = xml => xml;

    public bool KeepsRemoved { get; init; }

    public bool Answers { get; init; } = true;

    public void Register(string path, string xml, string user, SshPassword? password)
    {
        Calls.Add($"register {path} {user}");
        Password = password;
        Kept = Keeps(xml);
    }

    public string? Read(string path) => Answers ? Kept : throw new GostBtException(GostBtFailure.Unexpected, "The Task Scheduler does not answer.", "Start it.");

    public void Remove(string path)
    {
        Calls.Add($"remove {path}");
        Kept = KeepsRemoved ? Kept : null;
    }

    public void Enable(string path, bool enabled)
    {
        Calls.Add($"{(enabled ? "enable" : "disable")} {path}");
        Kept = Kept is null ? null : Regex.Replace(Kept, "<Enabled>[a-z]+</Enabled>(?=\\s*<Hidden>)", $"<Enabled>{(enabled ? "true" : "false")}</Enabled>");
    }

    public void Run(string path) => Calls.Add($"run {path}");

    public bool Runs(string path) => false;
}
