using System.CommandLine;
using Confluent.Kafka;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Hosting;
using EdgeGateway.Simulator.Journal;
using EdgeGateway.Simulator.Scenario;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Simulator;

/// <summary><c>edge-simulator run</c>: plays the demo's scenario and prints its markers, one a line.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var mqttPort = new Option<int>("--mqtt-port") { Description = "Port of the MQTT broker on this machine.", Required = true };
        var kafka = new Option<string>("--kafka") { Description = "Bootstrap address of Kafka, for the movements of other systems.", Required = true };
        var root = new Option<string>("--root") { Description = "Folder that the truck's gateway takes for /.", Required = true };
        var journal = new Option<string>("--journal") { Description = "File that takes what was done and acknowledged, a line of JSON each.", Required = true };
        var repeat = new Option<bool>("--repeat") { Description = "Starts over until stopped." };
        var site = SiteOptions.Create();
        var command = new Command("run", "Plays the scenario.") { mqttPort, kafka, root, journal, repeat };
        site.ForEach(command.Options.Add);
        command.SetAction(async (parsed, stop) =>
        {
            var names = SiteOptions.Read(parsed, site);
            using var logs = LoggerFactory.Create(logging => logging.AddEdgeGatewayLogs());
            var bus = new MqttClient(
                new MqttOptions { Host = "127.0.0.1", Port = parsed.GetRequiredValue(mqttPort), ClientId = "edge-simulator", CleanSession = true },
                TimeProvider.System, logs.CreateLogger<MqttClient>());
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var connection = bus.RunAsync(ended.Token);

            KafkaLibrary.Load();
            using var movements = new ProducerBuilder<string, byte[]>(
                new ProducerConfig { BootstrapServers = parsed.GetRequiredValue(kafka), EnableIdempotence = true, Partitioner = Partitioner.Murmur2Random, LingerMs = 0 })
                .SetLogHandler((_, _) => { })
                .Build();
            using var file = new JournalFile(parsed.GetRequiredValue(journal));
            var probe = new WireProbe(parsed.GetRequiredValue(root), Site.ReeferReturnAddress);
            var player = new Player(bus, movements, probe, file, Console.Out);
            var scenario = new DemoScenario(names);
            var round = 0;
            do
            {
                await player.Play(scenario.Round(round++), TimeProvider.System, stop);
            }
            while (parsed.GetValue(repeat));

            await ended.CancelAsync();
            await connection;
            return 0;
        });
        return command;
    }
}
