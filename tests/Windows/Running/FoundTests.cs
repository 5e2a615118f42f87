using Xunit.Abstractions;

namespace GostBt.Windows.Tests.Running;

/// <summary>The tests of an assembly.</summary>
internal sealed class FoundTests : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    public List<ITestCase> Cases { get; } = [];

    public ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        if (message is ITestCaseDiscoveryMessage found)
        {
            Cases.Add(found.TestCase);
        }
        else if (message is IDiscoveryCompleteMessage)
        {
            Finished.Set();
        }

        return true;
    }

    public void Dispose() => Finished.Dispose();
}
