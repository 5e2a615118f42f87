using GostBt.Yaml;
using YamlDotNet.RepresentationModel;
using static GostBt.Yaml.YamlTree;

namespace GostBt.Gost;

/// <summary>Writes a configuration as the YAML that gost v3 reads (go-gost/x/config/config.go).</summary>
public static class GostYaml
{
    /// <param name="configuration">What to write; it holds passwords, so the file it goes to must be private.</param>
    public static string Write(GostConfiguration configuration) => YamlTree.Write(Map(
        ("services", List(configuration.Services, Service)),
        ("chains", List(configuration.Chains, Chain)),
        ("authers", List(configuration.Authers, Auther)),
        ("bypasses", List(configuration.Bypasses, Bypass)),
        ("log", configuration.LogLevel is null ? null : Map(("level", Text(configuration.LogLevel))))));

    private static YamlMappingNode Service(GostService service) => Map(
        ("name", Text(service.Name)),
        ("addr", Text(service.Addr)),
        ("bypass", Text(service.Bypass)),
        ("handler", Map(
            ("type", Text(service.Handler.Type)),
            ("chain", Text(service.Handler.Chain)),
            ("auther", Text(service.Handler.Auther)),
            ("auth", Auth(service.Handler.Auth)),
            ("metadata", Metadata(service.Handler.Metadata)))),
        ("listener", Map(
            ("type", Text(service.Listener.Type)),
            ("tls", Tls(service.Listener.Tls)),
            ("metadata", Metadata(service.Listener.Metadata)))),
        ("forwarder", service.Forwarder.Count == 0
            ? null
            : Map(("nodes", List(service.Forwarder, node => Map(("name", Text(node.Name)), ("addr", Text(node.Addr))))))));

    private static YamlMappingNode Chain(GostChain chain) => Map(
        ("name", Text(chain.Name)),
        ("hops", List(chain.Hops, hop => Map(
            ("name", Text(hop.Name)),
            ("bypass", Text(hop.Bypass)),
            ("nodes", List(hop.Nodes, Node))))));

    private static YamlMappingNode Node(GostNode node) => Map(
        ("name", Text(node.Name)),
        ("addr", Text(node.Addr)),
        ("connector", Map(
            ("type", Text(node.Connector.Type)),
            ("auth", Auth(node.Connector.Auth)),
            ("metadata", Metadata(node.Connector.Metadata)))),
        ("dialer", Map(
            ("type", Text(node.Dialer.Type)),
            ("tls", Tls(node.Dialer.Tls)),
            ("metadata", Metadata(node.Dialer.Metadata)))));

    private static YamlMappingNode Auther(GostAuther auther) => Map(
        ("name", Text(auther.Name)),
        ("auths", List(auther.Auths, auth => Auth(auth)!)));

    private static YamlMappingNode Bypass(GostBypass bypass) => Map(
        ("name", Text(bypass.Name)),
        ("whitelist", bypass.Whitelist ? Flag(true) : null),
        ("matchers", List(bypass.Matchers, matcher => Text(matcher)!)),
        ("reload", bypass.Reload is { } reload ? Text(GostDuration.Format(reload)) : null),
        ("file", bypass.File is null ? null : Map(("path", Text(bypass.File)))));

    private static YamlMappingNode? Auth(GostAuth? auth) => auth is null
        ? null
        : Map(("username", Text(auth.Username)), ("password", Text(auth.Password)));

    private static YamlMappingNode? Tls(GostTls? tls) => tls is null
        ? null
        : Map(
            ("certFile", Text(tls.CertFile)),
            ("keyFile", Text(tls.KeyFile)),
            ("caFile", Text(tls.CaFile)),
            ("secure", Flag(tls.Secure)),
            ("serverName", Text(tls.ServerName)));

    private static YamlMappingNode? Metadata(IReadOnlyDictionary<string, object> metadata) => metadata.Count == 0
        ? null
        : Map([.. metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, Value(pair.Value)))]);

    private static YamlNode? Value(object value) => value switch
    {
        string text => Text(text),
        bool flag => Flag(flag),
        int number => Number(number),
        TimeSpan duration => Text(GostDuration.Format(duration)),
        _ => throw new ArgumentException($"Metadata of type {value.GetType()} has no YAML form.", nameof(value)),
    };
}
