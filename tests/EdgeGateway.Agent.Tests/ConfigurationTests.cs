using System.Text;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;

namespace EdgeGateway.Agent.Tests;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_published_example_reads_without_mistakes()
    {
        foreach (var file in new[] { "ca.pem", "store-dallas-1.pem", "store-dallas-1.key" })
        {
            folder.Write(file, "pem");
        }

        var configuration = Read(
            """
            {
              "gateway": { "id": "store-dallas-1", "site": "dallas", "asset": null },
              "mqtt":    { "host": "127.0.0.1", "port": 1883, "username": null, "passwordFile": null, "caFile": null },
              "uplink":  { "bootstrapServers": "kafka:9093", "securityProtocol": "Ssl", "caFile": "ca.pem",
                           "certificateFile": "store-dallas-1.pem", "keyFile": "store-dallas-1.key",
                           "saslMechanism": null, "username": null, "passwordFile": null, "catchUpBytesPerSecond": null },
              "buffer":  { "path": "buffer.db", "maxBytes": 2147483648, "reserveBytes": 67108864 },
              "web":     { "listen": "http://0.0.0.0:8080" },
              "profiles": {
                "chilled": { "rules": [
                  { "above": 8.0, "for": "30m" }, { "below": 2.0, "for": "20m" },
                  { "above": 8.0, "cumulative": "60m", "window": "24h" }, { "mktAbove": 8.0, "window": "24h" } ],
                  "silentAfter": "15m", "doorGrace": "10m", "hardAbove": 15.0 },
                "frozen": { "rules": [ { "above": -15.0, "for": "10m" } ] } },
              "devices": [
                { "id": "cold-room-1", "driver": "w1",    "address": "28-00000a1b2c3d", "every": "30s", "profile": "chilled" },
                { "id": "freezer-2",   "driver": "hwmon", "address": "lm75/temp1", "every": "30s", "profile": "frozen" },
                { "id": "dock-door-3", "driver": "gpio",  "chip": "gpiochip0", "line": 17, "activeLow": true, "kind": "door" },
                { "id": "truck-gps",   "driver": "gpsd",  "address": "127.0.0.1:2947", "every": "10s" },
                { "id": "probe-7",     "driver": "mqtt",  "topic": "zigbee2mqtt/probe-7", "format": "json",
                  "map": { "celsius": "$.temperature", "humidity": "$.humidity" }, "profile": "chilled" },
                { "id": "portal-1",    "driver": "mqtt",  "topic": "readers/portal-1", "format": "zebra", "zone": "dock-1", "passage": "receiving" }
              ]
            }
            """,
            out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(6, configuration!.Devices.Count);
        Assert.Equal(folder["buffer.db"], configuration.Buffer.Path);
        Assert.Equal("chilled", configuration.Profiles["chilled"].Name);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_with_its_path()
    {
        Read(
            """
            {
              "gateway": { "id": "store dallas", "site": "dallas" },
              "uplink":  { "bootstrapServers": "", "securityProtocol": "Tls", "caFile": "nowhere.pem", "heartbeatEvery": "20m", "catchUpBytesPerSecond": 5 },
              "buffer":  { "path": "no-such-folder/buffer.db", "maxBytes": 100 },
              "web":     { "listen": "ftp://0.0.0.0", "confirmWithin": "0s" },
              "clock":   { "holdUnsynced": "2h" },
              "alarmOutput": { "topic": "alarms" },
              "profiles": { "chilled": { "rules": [ { "for": "30m" } ] } },
              "devices": [
                { "id": "a", "driver": "hwmon", "address": "lm75/temp1", "profile": "frozen", "door": "b" },
                { "id": "a", "driver": "hwmon", "address": "lm75/temp1", "every": "1ms" },
                { "id": "b", "driver": "mqtt", "topic": "t", "format": "number" }
              ],
              "colour": "red"
            }
            """,
            out var mistakes);

        Assert.Equal(
            [
                "$.alarmOutput.topic", "$.buffer.maxBytes", "$.buffer.path", "$.clock.holdUnsynced", "$.colour",
                "$.devices[0].door", "$.devices[0].profile", "$.devices[1].every", "$.devices[1].id", "$.devices[2].driver",
                "$.gateway.id", "$.profiles.chilled.rules[0]", "$.uplink.bootstrapServers", "$.uplink.caFile",
                "$.uplink.catchUpBytesPerSecond", "$.uplink.heartbeatEvery", "$.uplink.securityProtocol", "$.web.confirmWithin", "$.web.listen",
            ],
            mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keys_and_drivers_that_are_not_known_are_named_together_with_those_that_are()
    {
        Read(
            """
            { "gateway": { "id": "g", "site": "s" }, "uplink": { "bootstrapServers": "k:9092" },
              "devices": [ { "id": "a", "driver": "hwmon", "address": "lm75/temp1", "evry": "30s" }, { "id": "b", "driver": "modbus" }, { "id": "c" } ] }
            """,
            out var mistakes);

        Assert.Collection(
            mistakes,
            key => Assert.True(key.Path == "$.devices[0].evry" && key.Message.Contains("every", StringComparison.Ordinal), key.ToString()),
            driver => Assert.True(driver.Path == "$.devices[1].driver" && driver.Message.Contains("'modbus'", StringComparison.Ordinal), driver.ToString()),
            missing => Assert.True(missing.Path == "$.devices[2].driver" && missing.Message.Contains("hwmon", StringComparison.Ordinal), missing.ToString()));
    }

    [Fact]
    public void A_device_that_cannot_be_read_hides_no_mistake_of_the_others()
    {
        Read(
            """
            { "gateway": { "id": "g", "site": "s" }, "uplink": { "bootstrapServers": "k:9092" },
              "devices": [ { "id": "a", "driver": "modbus" }, { "id": "b", "driver": "hwmon", "address": "lm75/temp1", "profile": "frozen", "door": "a" }, 7,
                { "driver": "hwmon", "address": "lm75/temp1" }, { "id": "b", "driver": "hwmon", "address": "lm75/temp1", "every": "1ms" } ] }
            """,
            out var mistakes);

        Assert.Equal(
            ["$.devices[0].driver", "$.devices[1].profile", "$.devices[2]", "$.devices[3].id", "$.devices[4].every", "$.devices[4].id"],
            mistakes.Select(mistake => mistake.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("{}", "$.gateway")]
    public void What_is_no_configuration_is_a_mistake_and_not_a_crash(string json, string path)
    {
        Assert.Null(Read(json, out var mistakes));
        Assert.Contains(mistakes, mistake => mistake.Path == path);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake()
    {
        var mistakes = new List<Mistake>();
        Assert.Null(ConfigurationReader.ReadFile(folder["none.json"], mistakes));
        Assert.Contains("none.json", Assert.Single(mistakes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_a_restart_can_change_is_refused_while_running()
    {
        const string Json = """{ "gateway": { "id": "g", "site": "s" }, "uplink": { "bootstrapServers": "k:9092" } }""";
        var before = Read(Json, out _)!;
        var next = before with
        {
            Gateway = before.Gateway with { Id = "other", Site = "elsewhere" },
            Buffer = before.Buffer with { MaxBytes = 1 << 30 },
            Web = before.Web with { Listen = "http://127.0.0.1:1" },
        };

        Assert.Equal(["$.gateway.id", "$.buffer.maxBytes", "$.web.listen"], ConfigurationChange.Check(before, next).Select(mistake => mistake.Path));
        Assert.Empty(ConfigurationChange.Check(before, Read(Json, out _)!));
    }

    private AgentConfiguration? Read(string json, out List<Mistake> mistakes)
    {
        mistakes = [];
        return ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), folder.Path, mistakes);
    }
}
