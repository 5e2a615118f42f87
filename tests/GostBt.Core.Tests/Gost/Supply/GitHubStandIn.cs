namespace GostBt.Core.Tests.Gost.Supply;

/// <summary>Sends what is meant for GitHub to a server here; all else goes where it is meant to.</summary>
internal sealed class GitHubStandIn(Uri? standIn) : DelegatingHandler(new HttpClientHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Host == "github.com")
        {
            request.RequestUri = new Uri(standIn ?? throw new HttpRequestException("github.com: no route to host"), request.RequestUri.PathAndQuery);
        }

        return base.SendAsync(request, cancellationToken);
    }
}
