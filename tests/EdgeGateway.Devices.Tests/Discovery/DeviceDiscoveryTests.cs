using System.Text;
using System.Text.Json;
using EdgeGateway.Devices.Discovery;
using EdgeGateway.Devices.Hwmon;
using EdgeGateway.Devices.Llrp;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Devices.Tests.Gpsd;
using EdgeGateway.Devices.Tests.Llrp;
using EdgeGateway.Devices.Tests.Mqtt;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Discovery;

/// <summary>What is found of a site: on the kernel's buses, at gpsd, on the broker, in the network.</summary>
public sealed class DeviceDiscoveryTests : IDisposable
{
    private static readonly string[] GuessedPayloads =
    [
        """zigbee2mqtt/probe-7 {"temperature":22.75,"humidity":55.43,"battery":86,"linkquality":97} json {"celsius":"$.temperature","humidity":"$.humidity","battery":"$.battery"}""",
        """plant/line/sensor {"data":{"env":{"Temp":4.5}}} json {"celsius":"$.data.env.Temp"}""",
        """tele/freezer/SENSOR {"Time":"2020-02-10T16:43:14","DS18B20":{"Id":"0300A2790D8B","Temperature":24.2},"TempUnit":"C"} tasmota""",
        """readers/portal-1 {"data":{"idHex":"aa0004ef55555555aa21bf43","peakRssi":-34,"antenna":4},"timestamp":"2026-08-13T09:14:28.651+0000","type":"CUSTOM"} zebra""",
        """readers/portal-2 {"timestamp":"2021-02-02T22:18:35.658476625Z","eventType":"tagInventory","tagInventoryEvent":{"epc":"4oARYGAAAgpmgfI_","antennaPort":1}} impinj""",
        """owntracks/van/phone {"_type":"location","lat":32.77,"lon":-96.79,"tst":1772431200,"acc":5} owntracks""",
        """plant/boiler/celsius 4.25 number""",
        """ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6 {"gw_mac":"C8:25:2D:8E:9C:2C","rssi":-63,"aoa":[],"gwts":"1786612469","ts":"1786612468","data":"0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F","coords":""} ruuvi""",
        """plant/plug/status {"src":"shellyht-1","method":"NotifyFullStatus","params":{"ts":1680962879.62,"temperature:0":{"id":0,"tC":19.8}}} shelly""",
    ];

    private readonly TempFolder tree = new();

    public void Dispose() => tree.Dispose();

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Everything_plugged_in_is_found_with_a_sample_and_settings_that_will_do()
    {
        tree.Write("sys/bus/w1/devices/28-00000a1b2c3d/w1_slave", await File.ReadAllTextAsync(
            Repository.PathOf("devices/EdgeGateway.Devices/W1/recordings/reading-27.5.w1_slave")));
        tree.Write("sys/bus/w1/devices/w1_bus_master1/name", "w1_bus_master1");
        tree.Write("sys/class/hwmon/hwmon2/name", "lm75\n");
        tree.Write("sys/class/hwmon/hwmon2/temp1_input", "-18500\n");
        tree.Write("sys/bus/iio/devices/iio:device0/name", "bme280\n");
        tree.Write("sys/bus/iio/devices/iio:device0/in_temp_input", "4250\n");
        tree.Write("dev/input/by-id/usb-Honeywell_Scanner_1950-event-kbd", "");

        var found = await Scan();

        Assert.Equal(
            [
                ("w1", "28-00000a1b2c3d", "Temperature probe 2c3d", "27.5 °C", "temperature-probe-2c3d"),
                ("hwmon", "lm75/temp1", "lm75 temp1", "-18.5 °C", "lm75-temp1"),
                ("iio", "bme280/temp", "bme280 temp", "4.25 °C", "bme280-temp"),
                ("keyboard", "usb-Honeywell_Scanner_1950-event-kbd", "Honeywell Scanner 1950", null, "honeywell-scanner-1950"),
            ],
            found.Select(device => (device.Driver, device.Address, device.Name, device.Sample, device.Settings["id"])));
        Assert.All(found, AssertUsable);
    }

    [Fact]
    public async Task What_the_configuration_has_is_not_found_again()
    {
        tree.Write("sys/class/hwmon/hwmon2/name", "lm75\n");
        tree.Write("sys/class/hwmon/hwmon2/temp1_input", "-18500\n");
        tree.Write("sys/class/hwmon/hwmon2/temp2_input", "4500\n");
        using var reader = await LlrpPeer.Start();
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System) with { Bus = new TalkingBus([("zigbee2mqtt/probe-7", "4.25"), ("other/probe-8", "4.5")]) };

        var found = await DeviceDiscovery.ScanAsync(
            host,
            Quick with
            {
                LlrpNetworks = [reader.Address],
                Known =
                [
                    new HwmonSettings { Id = "a", Driver = "hwmon", Address = "lm75/temp1" },
                    new MqttSettings { Id = "b", Driver = "mqtt", Topic = "zigbee2mqtt/{device}", Format = MqttFormat.Number },
                    new LlrpSettings { Id = "c", Driver = "llrp", Address = reader.Address, Zone = "dock", Passage = "shelf" },
                ],
            },
            CancellationToken.None);

        Assert.Equal(["lm75/temp2", "other/probe-8"], found.Select(device => device.Address));
        Assert.False(reader.Said("connected"));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_probe_that_is_broken_is_found_with_what_is_wrong()
    {
        tree.Write("sys/class/hwmon/hwmon2/name", "lm75\n");
        tree.Write("sys/class/hwmon/hwmon2/temp1_input", "n/a\n");

        Assert.Equal("fault: unreadable", Assert.Single(await Scan()).Sample);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Nothing_is_found_where_nothing_is()
    {
        Assert.Empty(await Scan());
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_receiver_of_a_real_gpsd_is_found_with_its_position()
    {
        using var gpsd = await GpsFake.Start(Repository.PathOf("devices/EdgeGateway.Devices/Gpsd/recordings/drive.nmea"), 0.01, "-n");
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System);
        var options = new DiscoveryOptions { Gpsd = gpsd.Address, Listen = TimeSpan.FromSeconds(5) };

        // gpsd answers before gpsfake has told it of its receiver.
        var device = await Eventually.Value(
            async () => (await DeviceDiscovery.ScanAsync(host, options, CancellationToken.None)).SingleOrDefault(), "the receiver", TimeSpan.FromSeconds(30));

        Assert.Equal(("gpsd", gpsd.Address), (device.Driver, device.Address));
        Assert.StartsWith("32.7", device.Sample, StringComparison.Ordinal);
        AssertUsable(device);
    }

    [Fact]
    public async Task Topics_heard_are_found_with_the_format_of_their_payloads()
    {
        var bus = new TalkingBus([.. GuessedPayloads.Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1])), ("noise/text", "hello"), ("noise/list", "[]")]);
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System) with { Bus = bus };

        var found = await DeviceDiscovery.ScanAsync(host, Quick, CancellationToken.None);

        Assert.Equal(
            GuessedPayloads.Select(line => line.Split(' ')).Select(parts => (parts[0], parts[2], parts.ElementAtOrDefault(3) ?? "")).OrderBy(row => row.Item1, StringComparer.Ordinal),
            found.Select(device => (device.Address, (string)device.Settings["format"], device.Settings.TryGetValue("map", out var map) ? JsonSerializer.Serialize(map) : "")));
        Assert.Equal("probe-7", found.Single(device => device.Address == "zigbee2mqtt/probe-7").Name);
        Assert.All(found, AssertUsable);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task Topics_of_a_real_broker_are_found()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await Publisher.Publish(broker.Port, "zigbee2mqtt/probe-7", """{"temperature":22.75,"battery":86}""", 1, "-r");
        await Publisher.Publish(broker.Port, "plant/boiler/celsius", "4.25", 1, "-r");
        await using var client = await ClientUnderTest.Connect(ClientUnderTest.Options(broker.Port), "other");
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System) with { Bus = client.Client };

        var found = await DeviceDiscovery.ScanAsync(host, Quick with { Listen = TimeSpan.FromSeconds(3) }, CancellationToken.None);

        Assert.Equal(
            [("plant/boiler/celsius", "4.25", "number"), ("zigbee2mqtt/probe-7", """{"temperature":22.75,"battery":86}""", "json")],
            found.Select(device => (device.Address, device.Sample, (string)device.Settings["format"])));
    }

    [Fact]
    public async Task A_reader_at_an_address_that_was_named_is_found_and_given_free()
    {
        using var reader = await LlrpPeer.Start();
        var host = DriverRun.HostOf(tree.Path, TimeProvider.System);

        var found = await DeviceDiscovery.ScanAsync(
            host, Quick with { LlrpNetworks = [reader.Address, $"127.0.0.1:{FreePort.Next()}"] }, CancellationToken.None);

        AssertUsable(Assert.Single(found));
        Assert.Equal(reader.Address, found[0].Address);
        await Eventually.True(() => reader.Requests().Contains("CLOSE_CONNECTION"), "the goodbye");
    }

    [Fact]
    public void A_network_is_taken_apart_into_its_addresses()
    {
        var addresses = LlrpDiscovery.Addresses(["192.168.7.252/30", "reader.local:5085"]);

        Assert.Equal(
            ["192.168.7.252:5084", "192.168.7.253:5084", "192.168.7.254:5084", "192.168.7.255:5084", "reader.local:5085"],
            addresses.Select(address => address.ToString()));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("not a network")]
    public void A_network_too_large_or_none_is_refused(string network)
    {
        Assert.Throws<FormatException>(() => LlrpDiscovery.Addresses([network]));
    }

    private static DiscoveryOptions Quick => new() { Listen = TimeSpan.FromMilliseconds(500), Gpsd = "127.0.0.1:" + FreePort.Next() };

    private Task<IReadOnlyList<FoundDevice>> Scan() =>
        DeviceDiscovery.ScanAsync(DriverRun.HostOf(tree.Path, TimeProvider.System), Quick with { Listen = TimeSpan.FromSeconds(3) }, CancellationToken.None);

    /// <summary>The settings are what the strict reader of configurations takes, without a mistake.</summary>
    private static void AssertUsable(FoundDevice device)
    {
        var mistakes = new List<Mistake>();
        var json = JsonSerializer.SerializeToUtf8Bytes(device.Settings);
        var settings = StrictJson.Read<DeviceSettings>(json, mistakes, (type, _, _, _) =>
            type == typeof(DeviceSettings) ? DriverRegistry.All[device.Driver].Settings : type);
        Assert.Empty(mistakes);
        Assert.Empty(settings!.Check());
    }

    /// <summary>A bus that says everything it has to say to whoever subscribes.</summary>
    private sealed class TalkingBus((string Topic, string Payload)[] messages) : IMessageBus
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public string? Trouble => null;

        public IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle)
        {
            Assert.Equal("#", filter);
            foreach (var (topic, payload) in messages)
            {
                Assert.True(handle(new MqttMessage(topic, Encoding.UTF8.GetBytes(payload), Retained: false)).IsCompletedSuccessfully);
            }

            return new MemoryStream();
        }

        public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel) =>
            throw new InvalidOperationException("discovery only listens");
    }
}
