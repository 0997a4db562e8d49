using EdgeGateway.Devices.Mqtt;

namespace EdgeGateway.Devices.Tests;

/// <summary>The bus of drivers that have nothing to do with MQTT.</summary>
internal sealed class SilentBus : IMessageBus
{
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public string? Trouble => null;

    public IDisposable Subscribe(string filter, Func<MqttMessage, Task> handle) => new MemoryStream();

    public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, bool retain, CancellationToken cancel) => Task.CompletedTask;
}
