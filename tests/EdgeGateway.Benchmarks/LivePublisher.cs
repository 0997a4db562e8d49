using System.Diagnostics;
using System.Text;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>A site's probes: 1,000 messages a second with QoS 1, in beats of ten.</summary>
internal static class LivePublisher
{
    public const int EventsPerSecond = 1_000;

    private const int EventsABeat = 10;

    /// <summary>Publishes for so long; returns the bytes of all payloads.</summary>
    public static async Task<long> Publish(int port, int seconds)
    {
        using var stop = new CancellationTokenSource();
        var client = new MqttClient(
            new MqttOptions { Host = MosquittoBroker.Host, Port = port, ClientId = "publisher", CleanSession = true }, TimeProvider.System, NullLogger.Instance);
        var connection = client.RunAsync(stop.Token);
        var bytes = 0L;
        var started = Stopwatch.GetTimestamp();
        var unconfirmed = new List<Task>();
        for (var sent = 0; sent < EventsPerSecond * seconds; sent += EventsABeat)
        {
            var due = TimeSpan.FromSeconds(sent / (double)EventsPerSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }

            for (var i = 0; i < EventsABeat; i++)
            {
                var payload = Encoding.UTF8.GetBytes(Gateway.Payload(sent + i));
                bytes += payload.Length;
                unconfirmed.Add(client.PublishAsync(Gateway.Topic, payload, retain: false, CancellationToken.None));
            }

            await Task.WhenAll(unconfirmed);
            unconfirmed.Clear();
        }

        await stop.CancelAsync();
        await connection;
        return bytes;
    }
}
