using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Devices.Mqtt;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>A bus without a broker: delivers what a test says and notes what is published.</summary>
internal sealed class RecordedBus : IMessageBus
{
    private readonly ConcurrentDictionary<string, Func<MqttMessage, Task>> handlers = new(StringComparer.Ordinal);
    private string? trouble;

    public event Action? Changed;

    public ConcurrentQueue<(string Topic, byte[] Payload)> Published { get; } = new();

    public ICollection<string> Filters => handlers.Keys;

    public string? Trouble
    {
        get => trouble;
        set
        {
            trouble = value;
            Changed?.Invoke();
        }
    }

    public IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle)
    {
        handlers[filter] = handle;
        return new Subscription(() => handlers.TryRemove(filter, out _));
    }

    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel)
    {
        Published.Enqueue((topic, payload.ToArray()));
        return Task.CompletedTask;
    }

    public Task Deliver(string topic, string payload, bool retained = false) =>
        Deliver(new MqttMessage(topic, Encoding.UTF8.GetBytes(payload), retained));

    public Task Deliver(MqttMessage message) => Task.WhenAll(
        handlers.Where(entry => TopicFilter.Matches(entry.Key, message.Topic)).Select(entry => entry.Value(message)));

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
