using System.Text.Json;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.EndToEnd.Tests.Kills;

/// <summary>
/// Probes that each count upwards in thousandths of a degree over MQTT with QoS 1. A number is noted once the broker
/// has acknowledged it: from then on it must not be lost.
/// </summary>
internal sealed class ProbeLoad : IAsyncDisposable
{
    private const double StepCelsius = 0.001;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource disconnect = new();
    private readonly MqttClient client;
    private readonly Task connection;
    private readonly Dictionary<string, List<double>> acknowledged;
    private readonly List<Task> probes;

    public ProbeLoad(int mqttPort, IReadOnlyList<string> devices)
    {
        client = new MqttClient(
            new MqttOptions { Host = MosquittoBroker.Host, Port = mqttPort, ClientId = "probes", CleanSession = true }, TimeProvider.System, NullLogger.Instance);
        connection = client.RunAsync(disconnect.Token);
        acknowledged = devices.ToDictionary(id => id, _ => new List<double>(), StringComparer.Ordinal);
        probes = [.. devices.Select(id => Publish(id, acknowledged[id]))];
    }

    /// <summary>Stops publishing and returns what was acknowledged, by device and in order.</summary>
    public async Task<IReadOnlyDictionary<string, List<double>>> Finish()
    {
        await stop.CancelAsync();
        await Task.WhenAll(probes);
        return acknowledged;
    }

    public async ValueTask DisposeAsync()
    {
        await Finish();
        await disconnect.CancelAsync();
        await connection;
        stop.Dispose();
        disconnect.Dispose();
    }

    private async Task Publish(string device, List<double> noted)
    {
        for (var i = 1; !stop.IsCancellationRequested; i++)
        {
            var celsius = Math.Round(i * StepCelsius, 3);
            await client.PublishAsync("probes/" + device, JsonSerializer.SerializeToUtf8Bytes(celsius), retain: false, CancellationToken.None);
            noted.Add(celsius);
            await Task.Delay(Pause);
        }
    }
}
