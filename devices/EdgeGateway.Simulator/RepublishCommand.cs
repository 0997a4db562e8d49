using System.CommandLine;
using Confluent.Kafka;
using EdgeGateway.Simulator.Check;

namespace EdgeGateway.Simulator;

/// <summary><c>edge-simulator republish</c>: sends every record of a topic once more, as a gateway does that was cut off before the acknowledgement.</summary>
internal static class RepublishCommand
{
    public static Command Create()
    {
        var kafka = new Option<string>("--kafka") { Description = "Bootstrap address of Kafka.", Required = true };
        var topic = new Option<string>("--topic") { Description = "Topic whose records are sent again, to the same partitions.", Required = true };
        var command = new Command("republish", "Sends every record of a topic once more.") { kafka, topic };
        command.SetAction(async (parsed, stop) =>
        {
            var records = TopicReader.ReadAll(parsed.GetRequiredValue(kafka), [parsed.GetRequiredValue(topic)]);
            using var producer = new ProducerBuilder<string?, byte[]?>(
                new ProducerConfig { BootstrapServers = parsed.GetRequiredValue(kafka), EnableIdempotence = true }).Build();
            await Task.WhenAll(records.Select(r => producer.ProduceAsync(r.TopicPartition, r.Message, stop)));
            return 0;
        });
        return command;
    }
}
