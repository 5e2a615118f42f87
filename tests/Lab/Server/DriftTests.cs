using GostBt.Lab.Tests.Raising;
using GostBt.Model;

namespace GostBt.Lab.Tests.Server;

/// <summary>What befalls a server from outside, as Test-GostBtServer sees it there.</summary>
[Collection(LabCollection.Name)]
public sealed class DriftTests(LabFixture fixture)
{
    private static readonly ProfileName Home = new("home");

    [SkippableFact]
    public async Task Each_is_found_by_its_name_and_gone_when_it_is()
    {
        using var home = new Deployment(fixture.Lab);
        await home.DeployAsync();
        Assert.Empty((await home.CheckAsync()).Findings);

        // A certificate of the same key, for five days more.
        await home.VpsAsync("cd /etc/gostbt/home && cp -p cert.pem /root/cert && openssl req -x509 -key key.pem -days 5 -subj /CN=gostbt -addext subjectAltName=DNS:gostbt >/root/new 2>/dev/null && cat /root/new >cert.pem");
        var ending = await home.CheckAsync();
        Assert.Contains(ending.Findings, finding => finding is { Id: "CertificateExpiring", Severity: FindingSeverity.Warning });
        Assert.InRange(ending.CertificateExpires!.Value - DateTimeOffset.UtcNow, TimeSpan.FromDays(4), TimeSpan.FromDays(5));
        await home.VpsAsync("cat /root/cert >/etc/gostbt/home/cert.pem; rm /root/cert /root/new");
        Assert.Empty((await home.CheckAsync()).Findings);

        await home.VpsAsync("mkdir /root/full && mount -t tmpfs -o size=60m full /root/full && cp -a /usr/local/. /root/full && mount --bind /root/full /usr/local");
        Assert.Equal(["DiskFull"], (await home.CheckAsync()).Findings.Select(finding => finding.Id));
        await home.VpsAsync("umount -l /usr/local /root/full; rmdir /root/full");

        // Ten minutes off.
        await home.VpsAsync("printf '%s\\n' '#!/bin/sh' 'if [ \"$*\" = +%s ]; then echo $(($(/bin/date +%s) - 600)); else exec /bin/date \"$@\"; fi' >/usr/local/sbin/date; chmod 755 /usr/local/sbin/date");
        Assert.Equal(["ClockWrong"], (await home.CheckAsync()).Findings.Select(finding => finding.Id));
        await home.VpsAsync("rm /usr/local/sbin/date");

        // As if the provider had given it another one since.
        var profile = home.Profiles.Load(Home);
        home.Profiles.Save(profile with { Server = profile.Server with { PublicAddress = home.Lab.Facts.AddressOf("peer2") } });
        Assert.Contains("AddressChanged", (await home.CheckAsync()).Findings.Select(finding => finding.Id));
        home.Profiles.Save(profile);
        Assert.Empty((await home.CheckAsync()).Findings);

        await home.RemoveAsync();
    }
}
