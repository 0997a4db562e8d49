using EdgeGateway.Cloud.Configuration;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void Every_mistake_is_said_with_its_path()
    {
        var path = folder.Write("cloud.json", """
            {"kafka":{"bootstrapServers":"","groupID":"g"},"database":"mysql:x","web":{"listen":"8081"},"users":"u.json",
             "profiles":{"chilled":{"rules":[{"for":"5m"}]}},"notify":[{}],"lowStock":{"default":-1},"gatewayLostAfter":"soon"}
            """);
        Assert.Equal(["$.gatewayLostAfter", "$.kafka.groupID"], Paths(path));
        File.WriteAllText(path, File.ReadAllText(path).Replace("groupID", "groupId", StringComparison.Ordinal).Replace("soon", "0s", StringComparison.Ordinal));
        Assert.Equal(
            ["$.database", "$.gatewayLostAfter", "$.kafka.bootstrapServers", "$.lowStock", "$.notify[0]", "$.profiles.chilled.rules[0]", "$.web.listen"],
            Paths(path));
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string> Paths(string path)
    {
        var mistakes = new List<Mistake>();
        Assert.Null(CloudConfiguration.Read(path, mistakes));
        return mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal);
    }
}
