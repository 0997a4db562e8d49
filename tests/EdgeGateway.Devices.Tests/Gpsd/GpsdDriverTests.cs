using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>The driver against a real gpsd, and against a peer that says what no gpsd would.</summary>
public sealed class GpsdDriverTests
{
    private static readonly string Drive = Repository.PathOf("devices/EdgeGateway.Devices/Gpsd/recordings/drive.nmea");

    private static readonly GpsdSettings Settings = new()
    {
        Id = "truck-gps", Driver = "gpsd", Address = "127.0.0.1:2947", Every = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public async Task A_gpsd_that_dies_is_unplugged_and_taken_up_again_when_it_is_back()
    {
        var gpsd = await GpsFake.Start(Drive, 0.01);
        await using var run = DriverRun.Start(Settings with { Address = gpsd.Address });
        await run.Until(sink => sink.Readings.Count > 0, "a position");

        gpsd.Dispose();
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the loss");
        Assert.Contains("gpsd", run.Sink.Detail, StringComparison.Ordinal);

        using var peer = new GpsdPeer(int.Parse(gpsd.Address.Split(':')[1]));
        await run.Until(_ => peer.Connections > 0, "a new connection");
    }

    [Fact]
    public async Task The_driver_asks_to_watch_as_JSON()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address });

        await run.Until(_ => peer.Heard.Contains("?WATCH={\"enable\":true,\"json\":true};", StringComparison.Ordinal), "the watch command");
    }

    [Fact]
    public async Task No_fix_is_told_and_is_no_position()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address });

        await peer.Say("""{"class":"TPV","device":"/dev/a","mode":1}""");
        await run.Until(sink => sink.Detail is not null, "a report");

        Assert.Equal(DeviceCondition.Ok, run.Sink.Condition);
        Assert.Contains("sky", run.Sink.Detail, StringComparison.Ordinal);
        Assert.Empty(run.Sink.Readings);
    }

    [Fact]
    public async Task Bad_lines_are_refused_and_the_next_fix_is_taken()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address });

        await peer.Say("not json");
        await peer.Say("""{"class":"TPV","device":"/dev/a","mode":3,"lat":200,"lon":0}""");
        await peer.Say(new string('x', 20_000));
        await peer.Say("""{"class":"TPV","device":"/dev/a","mode":3,"time":"2026-03-02T06:00:00.000Z","lat":32.5,"lon":-96.5}""");
        await run.Until(sink => sink.Readings.Count == 1, "the good fix");

        Assert.Equal(3, run.Sink.Refusals.Count);
        Assert.Contains("10240", run.Sink.Refusals[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Positions_come_from_one_receiver_until_it_has_been_without_a_fix_for_seconds()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address, Every = TimeSpan.FromMilliseconds(100) });

        await peer.Say(Fix("/dev/a", 0, 32.5));
        await run.Until(sink => sink.Readings.Count == 1, "the first receiver");
        await peer.Say(Fix("/dev/b", 1, 40));
        await peer.Say(Fix("/dev/a", 2, 32.5));
        await run.Until(sink => sink.Readings.Count == 2, "the first receiver again");
        run.Manual!.Advance(TimeSpan.FromSeconds(6));
        await peer.Say(Fix("/dev/b", 3, 40));
        await run.Until(sink => sink.Readings.Count == 3, "the second receiver");

        Assert.Equal([32.5, 32.5, 40], run.Sink.Of<PositionReading>().Select(p => p.Latitude));
    }

    [Fact]
    public async Task Only_the_named_receiver_counts_when_one_is_named()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address, Receiver = "/dev/b" });

        await peer.Say(Fix("/dev/a", 0, 32.5));
        await peer.Say(Fix("/dev/b", 1, 40));
        await run.Until(sink => sink.Readings.Count > 0, "the named receiver");

        Assert.Equal(40, run.Sink.Of<PositionReading>()[0].Latitude);
    }

    [Theory]
    [InlineData("""{"class":"DEVICES","devices":[]}""", DeviceCondition.Unplugged, "no receiver")]
    [InlineData("""{"class":"DEVICE","path":"/dev/a","activated":0}""", DeviceCondition.Unplugged, "/dev/a")]
    [InlineData("""{"class":"ERROR","message":"cannot open /dev/a"}""", DeviceCondition.Faulty, "cannot open")]
    public async Task Losing_the_receiver_is_told_and_its_return_too(string said, DeviceCondition condition, string detail)
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address });
        await peer.Say(Fix("/dev/a", 0, 32.5));
        await run.Until(sink => sink.Condition == DeviceCondition.Ok, "a fix");

        await peer.Say(said);
        await run.Until(sink => sink.Condition == condition, "the loss");
        Assert.Contains(detail, run.Sink.Detail, StringComparison.Ordinal);

        await peer.Say(Fix("/dev/a", 20, 32.6));
        await run.Until(sink => sink.Condition == DeviceCondition.Ok && sink.Readings.Count == 2, "the return");
    }

    [Fact]
    public async Task A_quiet_gpsd_is_asked_and_given_up_when_it_does_not_answer()
    {
        using var peer = new GpsdPeer();
        await using var run = DriverRun.Start(Settings with { Address = peer.Address });

        await run.Until(_ => peer.Heard.Contains("?DEVICES;", StringComparison.Ordinal), "the question");
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the dead connection");
        await run.Until(_ => peer.Connections == 2, "a new connection");
    }

    [Theory]
    [InlineData("127.0.0.1:2947", 250, 15, null)]
    [InlineData("gps.local", 250, 15, null)]
    [InlineData("127.0.0.1:0", 250, 15, "address")]
    [InlineData("127.0.0.1:gps", 250, 15, "address")]
    [InlineData("", 250, 15, "address")]
    [InlineData("127.0.0.1", 0, 15, "distanceMetres")]
    [InlineData("127.0.0.1", 250, double.NaN, "turnDegrees")]
    public void Settings_that_will_not_do_are_named(string address, double metres, double degrees, string? wrong)
    {
        var mistakes = (Settings with { Address = address, DistanceMetres = metres, TurnDegrees = degrees }).Check();

        Assert.Equal(wrong, mistakes.Select(mistake => mistake.Path).SingleOrDefault());
    }

    private static string Fix(string receiver, int second, double latitude) =>
        $$"""{"class":"TPV","device":"{{receiver}}","mode":3,"time":"2026-03-02T06:00:{{second:00}}.000Z","lat":{{latitude}},"lon":-96.5,"speed":12.0,"track":90.0}""";

    /// <summary>Listens where gpsd would and says whatever a test wants.</summary>
    private sealed class GpsdPeer : IDisposable
    {
        private readonly TcpListener listener;
        private readonly StringBuilder heard = new();
        private volatile NetworkStream? current;
        private int connections;

        public GpsdPeer(int port = 0)
        {
            listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            Address = "127.0.0.1:" + ((IPEndPoint)listener.LocalEndpoint).Port;
            _ = AcceptAll();
        }

        public string Address { get; }

        public int Connections => connections;

        public string Heard
        {
            get
            {
                lock (heard)
                {
                    return heard.ToString();
                }
            }
        }

        public async Task Say(string line)
        {
            await Eventually.True(() => current is not null, "the driver connects");
            await current!.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        }

        public void Dispose()
        {
            listener.Dispose();
            current?.Dispose();
        }

        private async Task AcceptAll()
        {
            while (listener.Server.IsBound)
            {
                var stream = (await listener.AcceptTcpClientAsync()).GetStream();
                Interlocked.Increment(ref connections);
                current = stream;
                _ = Listen(stream);
            }
        }

        private async Task Listen(NetworkStream stream)
        {
            var buffer = new byte[1024];
            int length;
            while ((length = await stream.ReadAsync(buffer)) > 0)
            {
                lock (heard)
                {
                    heard.Append(Encoding.ASCII.GetString(buffer, 0, length));
                }
            }
        }
    }
}
