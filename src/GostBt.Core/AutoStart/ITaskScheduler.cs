using GostBt.Ssh;

namespace GostBt.AutoStart;

/// <summary>The Task Scheduler of Windows.</summary>
internal interface ITaskScheduler
{
    /// <summary>Makes or replaces a task.</summary>
    /// <exception cref="Model.GostBtException">It is refused.</exception>
    void Register(string path, string xml, string user, SshPassword? password);

    /// <summary>A task's definition, or null where there is none.</summary>
    string? Read(string path);

    /// <summary>Ends a task's program and removes the task.</summary>
    void Remove(string path);

    /// <summary>Has a task be run, by itself and on demand, or not at all.</summary>
    void Enable(string path, bool enabled);

    /// <summary>Runs a task now.</summary>
    void Run(string path);

    /// <summary>Whether a task's program runs.</summary>
    bool Runs(string path);
}
