using System.Net;
using System.Net.Sockets;
using EdgeGateway.Devices.Llrp;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Llrp;

/// <summary>Readers that call the gateway, and TLS in both directions, against a reader in a process of its own.</summary>
[Trait("Speed", "Slow")]
public sealed class LlrpLinkTests : IDisposable
{
    private readonly int port = FreePort.Next();
    private readonly SelfMadeAuthority authority = new();

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task A_reader_that_calls_is_set_up_read_and_given_free()
    {
        using var reader = await LlrpPeer.Start(link: new { call = port });
        await using (var run = DriverRun.StartOnRealClock(Calling with { Address = "127.0.0.1" }))
        {
            await run.Until(sink => sink.Readings.Count == 2, "two tags");
            Assert.Equal(["SET_READER_CONFIG", "DELETE_ROSPEC", "ADD_ROSPEC", "ENABLE_ROSPEC", "START_ROSPEC"], reader.Requests());
            Assert.Equal(DeviceCondition.Unplugged, run.Sink.Reports[0].Condition);
            Assert.Contains($"waits for the reader's call on 127.0.0.1:{port}", run.Sink.Reports[0].Detail, StringComparison.Ordinal);
            Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
        }

        await Eventually.True(() => reader.Requests().Contains("CLOSE_CONNECTION"), "the goodbye");
    }

    [Fact]
    public async Task A_reader_that_calls_again_is_set_up_again()
    {
        await using var run = DriverRun.StartOnRealClock(Calling);
        using (await LlrpPeer.Start(link: new { call = port }))
        {
            await run.Until(sink => sink.Readings.Count == 2, "tags");
        }

        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the loss");
        using var again = await LlrpPeer.Start(link: new { call = port });
        await run.Until(sink => sink.Readings.Count == 4, "tags again", TimeSpan.FromSeconds(20));
        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Fact]
    public async Task A_reader_is_called_over_TLS_with_certificates_on_both_sides()
    {
        using var reader = await LlrpPeer.Start(link: Secured(call: null));
        await using var run = DriverRun.StartOnRealClock(WithOwnCertificate(Called));

        await run.Until(sink => sink.Readings.Count == 2, "two tags");

        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
    }

    [Fact]
    public async Task A_reader_calls_over_TLS_with_certificates_on_both_sides()
    {
        using var reader = await LlrpPeer.Start(link: Secured(call: port));
        await using var run = DriverRun.StartOnRealClock(WithOwnCertificate(Calling));

        await run.Until(sink => sink.Readings.Count == 2, "two tags");

        Assert.Contains("START_ROSPEC", reader.Requests());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_whose_certificate_another_authority_signed_is_not_trusted(bool calls)
    {
        using var other = new SelfMadeAuthority();
        using var reader = await LlrpPeer.Start(link: Secured(calls ? port : null));
        await using var run = DriverRun.StartOnRealClock(WithOwnCertificate(calls ? Calling : Called) with { CaFile = other.AuthorityFile });

        await run.Until(sink => sink.Condition == DeviceCondition.Faulty, "the refusal");

        Assert.Contains("no TLS with the reader", run.Sink.Detail, StringComparison.Ordinal);
        Assert.Empty(reader.Requests());
    }

    [Fact]
    public async Task A_certificate_that_names_another_host_is_taken_only_under_its_name()
    {
        using var reader = await LlrpPeer.Start(link: Secured(call: null));
        await using (var run = DriverRun.StartOnRealClock(WithOwnCertificate(Called) with { CertificateName = "reader-7" }))
        {
            await run.Until(sink => sink.Condition == DeviceCondition.Faulty, "the refusal");
        }

        await using var named = DriverRun.StartOnRealClock(WithOwnCertificate(Called) with { Address = $"localhost:{port}", CertificateName = "127.0.0.1" });
        await named.Until(sink => sink.Readings.Count == 2, "two tags");
    }

    [Fact]
    public async Task Who_calls_from_elsewhere_is_hung_up_on()
    {
        await using var run = DriverRun.StartOnRealClock(Calling with { Address = "192.0.2.1" });
        using var stranger = new TcpClient();
        await Eventually.True(
            async () =>
            {
                await stranger.ConnectAsync(IPAddress.Loopback, port);
                return true;
            },
            "the gateway listens");

        Assert.Equal(0, await stranger.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(DeviceCondition.Unplugged, run.Sink.Condition);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_file_that_is_missing_are_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        await using var listening = DriverRun.StartOnRealClock(Calling);
        await using var calling = DriverRun.StartOnRealClock(Called with { CaFile = "nowhere.pem" });

        await listening.Until(sink => sink.Condition == DeviceCondition.Faulty, "the taken port");
        await calling.Until(sink => sink.Condition == DeviceCondition.Faulty, "the missing file");

        Assert.Contains($"cannot listen on 127.0.0.1:{port}", listening.Sink.Detail, StringComparison.Ordinal);
        Assert.Contains("nowhere.pem", calling.Sink.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_a_connection_that_will_not_do_are_named()
    {
        Assert.Empty(Paths(Calling));
        Assert.Empty(Paths(WithOwnCertificate(Calling)));
        Assert.Empty(Paths(WithOwnCertificate(Called) with { CertificateName = "reader-7" }));
        Assert.Equal(["address"], Paths(Called with { Address = null }));
        Assert.Equal(["listen"], Paths(Calling with { Listen = "gateway:5084" }));
        Assert.Equal(["keyFile"], Paths(WithOwnCertificate(Calling) with { KeyFile = null }));
        Assert.Equal(["certificateFile"], Paths(Calling with { CaFile = "ca.pem" }));
        Assert.Equal(["caFile"], Paths(WithOwnCertificate(Called) with { CaFile = null }));
        Assert.Equal(["certificateName"], Paths(WithOwnCertificate(Calling) with { CertificateName = "reader-7" }));

        static IEnumerable<string> Paths(LlrpSettings settings) => settings.Check().Select(mistake => mistake.Path);
    }

    private LlrpSettings Calling => new() { Id = "portal-2", Driver = "llrp", Listen = $"127.0.0.1:{port}", Zone = "dock-1", Passage = "receiving" };

    private LlrpSettings Called => Calling with { Listen = null, Address = $"127.0.0.1:{port}" };

    private LlrpSettings WithOwnCertificate(LlrpSettings settings) =>
        settings with { CaFile = authority.AuthorityFile, CertificateFile = authority.ServerCertificate, KeyFile = authority.ServerKey };

    private object Secured(int? call) => call is { } gateway
        ? new { call = gateway, certificate = authority.ServerCertificate, key = authority.ServerKey, ca = authority.AuthorityFile }
        : new { listen = port, certificate = authority.ServerCertificate, key = authority.ServerKey, ca = authority.AuthorityFile };
}
