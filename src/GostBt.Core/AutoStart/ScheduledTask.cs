using System.Xml.Linq;
using GostBt.Processes;

namespace GostBt.AutoStart;

/// <summary>
/// The scheduled task of an agent (Task Scheduler schema 1.2). With an account it starts at boot; without, when this user logs on, which takes no password. Never as SYSTEM: the
/// profile's secrets are encrypted for their user.
/// </summary>
internal static class ScheduledTask
{
    private static readonly XNamespace Schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";

    /// <summary>The task's path.</summary>
    public static string PathOf(Model.ProfileName name) => $@"\GostBt\{name}";

    /// <summary>The task's definition.</summary>
    /// <param name="agent">What it starts.</param>
    /// <param name="user">The account, as <c>PC\user</c>.</param>
    /// <param name="atBoot">Whether it starts at boot, with the account's password, or when the user logs on.</param>
    public static XDocument Write(AgentCommandLine agent, string user, bool atBoot) => new(
        new XElement(
            Schema + "Task",
            new XAttribute("version", "1.2"),
            new XElement(
                Schema + "RegistrationInfo",
                Element("Author", "GostBt"),
                Element("Description", $"Keeps the GostBt tunnel '{agent.Name}' up. Made by Register-GostBtAutoStart."),
                Element("URI", PathOf(agent.Name))),
            new XElement(
                Schema + "Triggers",
                atBoot
                    ? new XElement(Schema + "BootTrigger", Again(), Element("Enabled", "true"))
                    : new XElement(Schema + "LogonTrigger", Again(), Element("Enabled", "true"), Element("UserId", user))),
            new XElement(
                Schema + "Principals",
                new XElement(
                    Schema + "Principal",
                    new XAttribute("id", "Author"),
                    Element("UserId", user),
                    Element("LogonType", atBoot ? "Password" : "InteractiveToken"),
                    Element("RunLevel", "HighestAvailable"))),
            new XElement(
                Schema + "Settings",
                Element("MultipleInstancesPolicy", "IgnoreNew"),
                Element("DisallowStartIfOnBatteries", "false"),
                Element("StopIfGoingOnBatteries", "false"),
                Element("AllowHardTerminate", "true"),
                Element("StartWhenAvailable", "true"),
                Element("RunOnlyIfNetworkAvailable", "false"),
                Element("Enabled", "true"),
                Element("Hidden", "false"),
                Element("ExecutionTimeLimit", "PT0S"),
                Element("Priority", "5"),
                new XElement(Schema + "RestartOnFailure", Element("Interval", "PT1M"), Element("Count", "255"))),
            new XElement(
                Schema + "Actions",
                new XAttribute("Context", "Author"),
                new XElement(
                    Schema + "Exec",
                    Element("Command", agent.Program),
                    Element("Arguments", ArgumentsOf(agent)),
                    Element("WorkingDirectory", Path.GetDirectoryName(agent.Program)!)))));

    /// <summary>What of a task that was read back is not as it was asked for; null when all is. Windows leaves out what is as it would be anyhow.</summary>
    public static string? Difference(XDocument asked, string readBack)
    {
        if (Parse(readBack) is not { } found)
        {
            return "it cannot be read";
        }

        foreach (var name in new[] { "Command", "Arguments", "LogonType", "RunLevel" })
        {
            if (!Values(asked, name).SequenceEqual(Values(found, name)))
            {
                return $"its {name} is not as it was asked for";
            }
        }

        if (IsDisabled(found))
        {
            return "it is disabled";
        }

        var trigger = asked.Descendants(Schema + "Triggers").Elements().Single().Name;
        return found.Descendants(trigger).Any() ? null : $"it has no {trigger.LocalName}";
    }

    /// <summary>Whether a task starts this agent, whichever copy of its program it is, and whatever somebody had it do besides.</summary>
    public static bool Starts(string definition, AgentCommandLine agent) => ProgramOf(definition, agent) is not null;

    /// <summary>The copy of its program with which a task starts this agent; null where it does not start it.</summary>
    public static string? ProgramOf(string definition, AgentCommandLine agent) => Parse(definition)?.Descendants(Schema + "Exec")
        .FirstOrDefault(action => action.Element(Schema + "Arguments")?.Value.Trim() == ArgumentsOf(agent))?.Element(Schema + "Command")?.Value.Trim();

    /// <summary>Whether a task is neither started by itself nor on demand.</summary>
    public static bool IsDisabled(string definition) => Parse(definition) is { } task && IsDisabled(task);

    // It has more rights than its user, whose to change the store and PATH are.
    private static string ArgumentsOf(AgentCommandLine agent) => ProcessArguments.Join([.. agent.Arguments, "--gost-beside"]);

    private static bool IsDisabled(XDocument task) => task.Descendants(Schema + "Settings").Elements(Schema + "Enabled").Any(enabled => enabled.Value.Trim() == "false");

    private static IEnumerable<string> Values(XDocument task, string name) => task.Descendants(Schema + name).Select(element => element.Value.Trim());

    private static XDocument? Parse(string text)
    {
        try
        {
            // Windows declares UTF-16, which a text has no more.
            return XDocument.Parse(text);
        }
        catch (System.Xml.XmlException)
        {
            return null;
        }
    }

    // RestartOnFailure looks after a program that could not be started, not always after one that ended; a task that runs is not started twice.
    private static XElement Again() => new(Schema + "Repetition", Element("Interval", "PT1M"), Element("StopAtDurationEnd", "false"));

    private static XElement Element(string name, string value) => new(Schema + name, value);
}
