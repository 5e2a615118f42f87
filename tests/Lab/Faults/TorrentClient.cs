using System.Diagnostics;
using System.Text.Json;
using GostBt.Lab.Tests.Raising;
using GostBt.Lab.Tests.Tunnel;

namespace GostBt.Lab.Tests.Faults;

/// <summary>
/// A qBittorrent without a screen in a node, steered by its web API, which listens on the node's loopback only. One torrent, over TCP; without DHT, peer exchange or trackers: it knows the
/// peer it is told.
/// </summary>
internal sealed class TorrentClient : IAsyncDisposable
{
    private const string Api = "http://127.0.0.1:8080/api/v2/";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RaisedLab _lab;
    private readonly string _node;
    private readonly string _folder;
    private readonly Stopwatch _moved = new();
    private NodeProcess _process;
    private double _progress;

    private TorrentClient(RaisedLab lab, string node, string folder)
    {
        _lab = lab;
        _node = node;
        _folder = folder;
        _process = Launch();
    }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts one and waits until its API answers.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="node">Where it runs.</param>
    /// <param name="folder">Its own.</param>
    /// <param name="port">What it listens on.</param>
    public static async Task<TorrentClient> StartAsync(RaisedLab lab, string node, string folder, int port)
    {
        var configuration = Path.Combine(folder, "qBittorrent", "config");
        Directory.CreateDirectory(configuration);
        await File.WriteAllTextAsync(Path.Combine(configuration, "qBittorrent.conf"), $"""
            [LegalNotice]
            Accepted=true

            [BitTorrent]
            Session\Port={port}
            Session\UseRandomPort=false
            Session\BTProtocol=TCP
            Session\LSDEnabled=false
            Session\DHTEnabled=false
            Session\PeXEnabled=false
            Session\QueueingSystemEnabled=false

            [Network]
            PortForwardingEnabled=false

            [Preferences]
            WebUI\Address=127.0.0.1
            WebUI\LocalHostAuth=false
            WebUI\Port=8080

            """);
        var client = new TorrentClient(lab, node, folder);
        await client.AnswersAsync();
        return client;
    }

    /// <summary>Adds the torrent; its content is to come from peers.</summary>
    /// <param name="file">The torrent.</param>
    /// <param name="savePath">Where its content goes.</param>
    /// <param name="bytesPerSecond">The most it downloads; 0 for no limit.</param>
    public async Task AddAsync(string file, string savePath, long bytesPerSecond = 0)
    {
        (await AskAsync("torrents/add", "-F", $"torrents=@{file}", "-F", $"savepath={savePath}", "-F", $"dlLimit={bytesPerSecond}")).Succeeded();
        _moved.Restart();
    }

    /// <summary>
    /// Tells it of its peer. Where the download has not moved for a while it is started again, as its user would: libtorrent tries a peer once a minute, and never again after three
    /// failures (min_reconnect_time and max_failcount of its settings_pack), which it may have met while the tunnel was killed.
    /// </summary>
    /// <param name="peer">Address and port.</param>
    /// <returns>How much it has, from 0 to 1.</returns>
    public async Task<double> TendAsync(string peer)
    {
        using var torrents = JsonDocument.Parse((await AskAsync("torrents/info")).Succeeded());
        if (torrents.RootElement.GetArrayLength() == 0) return 0;
        var torrent = torrents.RootElement[0];
        var progress = torrent.GetProperty("progress").GetDouble();
        if (progress > _progress || progress >= 1)
        {
            _moved.Restart();
        }

        _progress = progress;
        if (_moved.Elapsed > Patience)
        {
            await RestartAsync();
        }
        else if (torrent.GetProperty("num_seeds").GetInt32() == 0)
        {
            await AskAsync("torrents/addPeers", "-d", $"hashes={torrent.GetProperty("hash").GetString()}&peers={peer}");
        }

        return progress;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    // It keeps what it has on the disk only when it is told to end.
    private async Task RestartAsync()
    {
        Restarts++;
        (await AskAsync("app/shutdown", "-X", "POST")).Succeeded();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitAsync(patience.Token);
        await _process.DisposeAsync();
        _process = Launch();
        await AnswersAsync();
        _moved.Restart();
    }

    private NodeProcess Launch() => _lab.Start(_node, ["qbittorrent-nox", $"--profile={_folder}"]);

    private Task AnswersAsync() => TunnelFixture.EventuallyAsync(
        async () => (await AskAsync("app/version")).ExitCode == 0, TimeSpan.FromSeconds(40), () => $"qBittorrent answers in {_node}: {_process.Output}");

    private Task<CommandResult> AskAsync(string path, params string[] arguments) =>
        _lab.ExecAsync(_node, ["curl", "-sS", "--fail", "--max-time", "10", .. arguments, Api + path]);
}
