using System.Text;
using EdgeGateway.Agent.Configuration;
using EdgeGateway.Devices;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Agent.Tests;

/// <summary>The whole agent in this process, with a real broker for its devices and none for Kafka.</summary>
[Trait("Speed", "Slow")]
public sealed class FlowTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private MosquittoBroker broker = null!;
    private EdgeAgent agent = null!;

    public async Task InitializeAsync()
    {
        broker = await MosquittoBroker.StartNew();
        agent = await EdgeAgent.Start(Configuration("""{ "id": "t1", "driver": "mqtt", "topic": "t1", "format": "number", "profile": "chilled" }"""), folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public async Task DisposeAsync()
    {
        await agent.DisposeAsync();
        await broker.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_message_becomes_an_event_and_its_excursion_switches_the_alarm_topic()
    {
        await using var listener = Listener.Connect(broker, "alarm");
        await listener.Hears("OFF");
        await Publish("t1", "20");
        await listener.Hears("ON");
        Assert.Equal("hard above 15", Assert.Single(agent.Supervisor.Alarms()).Rule);
        await Publish("t1", "4");
        await listener.Hears("OFF");
        Assert.Equal(2, agent.Buffer.LastSeq);
    }

    [Fact]
    public async Task A_new_configuration_restarts_only_what_it_changes()
    {
        await Publish("t1", "4");
        await Eventually.True(() => agent.Buffer.LastSeq == 1, "the reading is buffered");
        var kept = agent.Supervisor.Devices.Single();
        var forwarder = agent.Forwarder;

        await agent.Apply(Configuration(
            """
            { "id": "t1", "driver": "mqtt", "topic": "t1", "format": "number", "profile": "chilled" },
            { "id": "t2", "driver": "mqtt", "topic": "t2", "format": "number" }
            """));
        Assert.Same(kept, agent.Supervisor.Devices[0]);
        Assert.Same(forwarder, agent.Forwarder);
        await Publish("t2", "5");
        await Eventually.True(() => agent.Buffer.LastSeq == 2, "the new device is heard");

        await agent.Apply(Configuration("""{ "id": "t2", "driver": "mqtt", "topic": "t2", "format": "number" }""", site: "houston"));
        Assert.Equal("t2", agent.Supervisor.Devices.Single().Id);
        Assert.NotSame(forwarder, agent.Forwarder);
        await Publish("t2", "7");
        await Eventually.True(() => agent.Buffer.LastSeq == 3, "the device that is left is heard");
    }

    [Fact]
    public async Task A_driver_that_fails_is_told_and_takes_no_other_down()
    {
        await agent.Apply(Configuration(
            """
            { "id": "broken", "driver": "keyboard", "address": "no-such-scanner", "zone": "z", "passage": "shelf" },
            { "id": "t1", "driver": "mqtt", "topic": "t1", "format": "number", "profile": "chilled" }
            """));
        await Publish("t1", "4");
        await Eventually.Equal("ok", () => agent.Supervisor.Devices[1].Status().Health, "the probe is heard");
        await Eventually.Equal("unplugged", () => agent.Supervisor.Devices[0].Status().Health, "the scanner is missed");
    }

    private AgentConfiguration Configuration(string devices, string site = "dallas")
    {
        var mistakes = new List<Mistake>();
        var configuration = ConfigurationReader.Read(
            Encoding.UTF8.GetBytes(
                $$"""
                {
                  "gateway": { "id": "g1", "site": "{{site}}" },
                  "mqtt": { "host": "127.0.0.1", "port": {{broker.Port}} },
                  "uplink": { "bootstrapServers": "127.0.0.1:1" },
                  "clock": { "assume": "ntp" },
                  "alarmOutput": { "topic": "alarm" },
                  "profiles": { "chilled": { "hardAbove": 15.0 } },
                  "devices": [ {{devices}} ]
                }
                """),
            folder.Path, mistakes);
        Assert.Empty(mistakes);
        return configuration!;
    }

    private async Task Publish(string topic, string payload)
    {
        await broker.WaitForSubscription(topic);
        var (exitCode, _, errors) = await ChildProcess.Run("mosquitto_pub", ["-p", $"{broker.Port}", "-q", "1", "-t", topic, "-m", payload]);
        Assert.True(exitCode == 0, errors);
    }

    /// <summary>Somebody who watches a topic.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly ChildProcess process;
        private int heard;

        private Listener(ChildProcess process) => this.process = process;

        public static Listener Connect(MosquittoBroker broker, string topic)
        {
            var process = ChildProcess.Start("mosquitto_sub", ["-p", $"{broker.Port}", "-q", "1", "-t", topic]);
            return new Listener(process);
        }

        public async Task Hears(string payload)
        {
            await Eventually.True(() => process.Output.Count > heard, $"something after {heard} messages is heard");
            Assert.Equal(payload, process.Output[heard++]);
        }

        public ValueTask DisposeAsync() => process.DisposeAsync();
    }
}
