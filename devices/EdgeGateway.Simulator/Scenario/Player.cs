using Confluent.Kafka;
using EdgeGateway.Contracts;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Scenario;

/// <summary>
/// Does the steps of a scenario at their times: devices publish over MQTT with QoS 1, other systems produce to Kafka.
/// An entry goes to the journal when the broker has acknowledged it. Markers are printed for whoever runs the scenario.
/// </summary>
public sealed class Player(IMessageBus bus, IProducer<string, byte[]> movements, WireProbe probe, JournalFile journal, TextWriter markers)
{
    public async Task Play(IEnumerable<Step> steps, TimeProvider time, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        foreach (var step in steps)
        {
            var wait = step.After - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, stop);
            }

            var entry = step.Make(DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()));
            await Do(entry, stop);
            journal.Append(entry);
        }
    }

    private async Task Do(JournalEntry entry, CancellationToken stop)
    {
        switch (entry)
        {
            case SampleEntry { Source: SampleSource.Polled } sample:
                probe.Show(sample.Celsius);
                break;
            case SampleEntry sample:
                await Publish(DeviceMessage.For(sample), stop);
                break;
            case TagEntry tag:
                await Publish(DeviceMessage.For(tag), stop);
                break;
            case MovementEntry movement:
                await Produce(movement, stop);
                break;
            case MarkerEntry marker:
                await markers.WriteLineAsync(marker.Name);
                await markers.FlushAsync(stop);
                break;
            default:
                throw new ArgumentException($"no way to do {entry.GetType().Name}", nameof(entry));
        }
    }

    private Task Publish(DeviceMessage message, CancellationToken stop) =>
        bus.PublishAsync(message.Topic, message.Payload, retain: false, stop);

    private Task Produce(MovementEntry movement, CancellationToken stop)
    {
        var value = new System.Buffers.ArrayBufferWriter<byte>();
        new InventoryMovement
        {
            Id = movement.Id,
            Site = movement.Site,
            Sku = movement.Sku,
            Kind = Enum.Parse<MovementKind>(movement.Kind, ignoreCase: true),
            Quantity = movement.Quantity,
            OccurredAt = movement.At,
        }.Write(value);
        var message = new Message<string, byte[]> { Key = movement.Site + "/" + movement.Sku, Value = value.WrittenSpan.ToArray() };
        return movements.ProduceAsync(Topics.Movements, message, stop);
    }
}
