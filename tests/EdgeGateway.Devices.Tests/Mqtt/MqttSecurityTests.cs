using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>TLS with a certification authority of the site's own, and user with password, against a real Mosquitto.</summary>
public sealed class MqttSecurityTests
{
    [Fact]
    public async Task TLS_works_with_the_site_s_own_authority()
    {
        using var pki = new SelfMadeAuthority();
        await using var broker = await MosquittoBroker.StartNew($"certfile {pki.ServerCertificate}", $"keyfile {pki.ServerKey}");
        await using var client = await ClientUnderTest.Connect(Options(broker.Port, caFile: pki.AuthorityFile), "a");
        using var payload = new TempFolder();
        var (exitCode, _, errors) = await ChildProcess.Run("mosquitto_pub",
            ["-p", $"{broker.Port}", "--cafile", pki.AuthorityFile, "-h", "127.0.0.1", "-t", "a", "-q", "1", "-f", payload.Write("big", new string('x', 300_000))]);
        Assert.True(exitCode == 0, errors);
        await client.HeardCount(1);
        Assert.Equal(300_000, client.Heard.Single().Length);
        Assert.Contains(client.Log.All, line => line.Contains("over TLS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_with_a_certificate_of_another_authority_is_not_trusted()
    {
        using var theirs = new SelfMadeAuthority();
        using var ours = new SelfMadeAuthority();
        await using var broker = await MosquittoBroker.StartNew($"certfile {theirs.ServerCertificate}", $"keyfile {theirs.ServerKey}");
        await using var client = ClientUnderTest.Start(Options(broker.Port, caFile: ours.AuthorityFile), "a");
        await Eventually.True(() => client.Log.Warnings.Any(), "the client refuses");
        Assert.Contains("check mqtt.caFile and the broker's certificate", client.Log.Warnings.First(), StringComparison.Ordinal);
        Assert.NotNull(client.Client.Trouble);
    }

    [Fact]
    public async Task A_missing_authority_file_is_named()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var client = ClientUnderTest.Start(Options(broker.Port, caFile: "/nowhere/ca.pem"), "a");
        await Eventually.True(
            () => client.Client.Trouble?.StartsWith("cannot read mqtt.caFile /nowhere/ca.pem", StringComparison.Ordinal) == true, "the file is named");
    }

    [Fact]
    public async Task User_and_password_are_sent_and_a_wrong_one_is_said_without_showing_it()
    {
        using var folder = new TempFolder();
        var passwords = folder["passwords"];
        var (exitCode, _, errors) = await ChildProcess.Run("mosquitto_passwd", ["-b", "-c", passwords, "gateway", "right-secret"]);
        Assert.True(exitCode == 0, errors);
        await using var broker = await MosquittoBroker.StartNew("allow_anonymous false", $"password_file {passwords}");
        await using (var client = await ClientUnderTest.Connect(Options(broker.Port, password: "right-secret"), "a"))
        {
            Assert.Empty(client.Log.Warnings);
        }

        await using var wrong = ClientUnderTest.Start(Options(broker.Port, password: "wrong-secret"), "a");
        await Eventually.True(() => wrong.Log.Warnings.Any(), "the client is refused");
        Assert.Contains("check mqtt.username", wrong.Log.Warnings.First(), StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Log.All, line => line.Contains("wrong-secret", StringComparison.Ordinal));
    }

    private static MqttOptions Options(int port, string? caFile = null, string? password = null) => new()
    {
        Host = "127.0.0.1", Port = port, ClientId = "edge-gateway-test", CaFile = caFile,
        Username = password is null ? null : "gateway", Password = password,
    };
}
