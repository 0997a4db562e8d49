using System.Net;
using System.Net.Sockets;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Processes;

/// <summary>What keeps the executable from running ends it with exit code 1 and one line that says what to do.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task An_address_that_is_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        Assert.Contains("web.listen", await FailureOf($"http://{other.LocalEndpoint}", "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_none()
    {
        folder.Write("ca.pem", "no certificate");
        Assert.Contains("ssl.ca.location", await FailureOf($"http://127.0.0.1:{FreePort.Next()}", """{"securityProtocol":"Ssl","caFile":"ca.pem"}"""), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> FailureOf(string address, string kafka)
    {
        var settings = kafka.Insert(1, "\"bootstrapServers\":\"127.0.0.1:1\"" + (kafka.Length > 2 ? "," : ""));
        var config = folder.Write("cloud.json", $$"""{"kafka":{{settings}},"database":"sqlite:cloud.db","web":{"listen":"{{address}}"},"users":"users.json"}""");
        var (exitCode, _, errors) = await ChildProcess.Run(Repository.Cloud, ["run", "--config", config], within: TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 1, $"{exitCode}: {errors}");
        Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
        return Assert.Single(errors.Split('\n'), line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal));
    }
}
