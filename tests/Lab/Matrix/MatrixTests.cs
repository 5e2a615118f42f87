using GostBt.Lab.Tests.Raising;

namespace GostBt.Lab.Tests.Matrix;

/// <summary>
/// System × login × firewall. Not the full product: every system, every login and every firewall occurs in at least one cell. Each cell is a container
/// of its own, booted for it. docs/servers.md shows the same cells.
/// </summary>
public sealed class MatrixTests
{
    public static TheoryData<string, string, string> Cells => new()
    {
        { "debian11", Logins.RootByKey, Firewalls.Nft },
        { "debian11", Logins.Sudoer, Firewalls.IptablesDrop },
        { "debian12", Logins.SudoerWithPassword, Firewalls.Docker },
        { "debian12-firewalls", Logins.RootOverIPv6, Firewalls.Ufw },
        { "debian12-firewalls", Logins.RootOnAnotherPort, Firewalls.Firewalld },
        { "debian13", Logins.RootByPassword, Firewalls.NftablesDrop },
        { "debian13", Logins.RootByProtectedKey, Firewalls.IptablesNftAlone },
        { "debian12-sysv", Logins.Sudoer, Firewalls.Nft },
    };

    [SkippableTheory]
    [MemberData(nameof(Cells))]
    public async Task A_server_is_deployed_reached_rebooted_and_left_as_it_was(string system, string login, string firewall)
    {
        await using var lab = await RaisedLab.OfSystemAsync(system);
        await Firewalls.PrepareAsync(firewall, lab);
        await using var household = new Household(lab, firewall);
        await household.LiveAsync(login);
    }

    [Fact]
    public void The_documentation_shows_these_cells_and_no_others()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "servers.md"))
            .Where(line => line.EndsWith("| run |", StringComparison.Ordinal))
            .Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..4]));

        Assert.Equal(Cells.Select(cell => string.Join(" | ", cell)), rows);
    }
}
