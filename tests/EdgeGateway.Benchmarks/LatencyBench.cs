using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Devices.Mqtt;
using EdgeGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// From PUBLISH at the edge to the alert at the webhook while 1,000 readings a second pass through broker, gateway, Kafka and
/// cloud; every tenth of a second one is past its hard limit. The baseline is the limit that the design sets, 500 ms.
/// </summary>
internal static class LatencyBench
{
    private const int EventsPerSecond = 1_000;
    private const int EventsABeat = 10;
    private const int BeatsAnAlarm = 10;
    private const int WarmUpAlarms = 20;
    private const int Alarms = 300;
    private const double LimitMilliseconds = 500;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        var arrived = new ConcurrentDictionary<string, long>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = $"http://127.0.0.1:{FreePort.Next()}";
        builder.WebHost.UseUrls(address);
        await using var receiver = builder.Build();
        receiver.MapPost("/", async (HttpRequest request) =>
        {
            var alert = await JsonNode.ParseAsync(request.Body);
            arrived.TryAdd((string)alert!["device"]!, Stopwatch.GetTimestamp());
        });
        await receiver.StartAsync();

        using var gateway = new Gateway(broker.Port, kafka.Bootstrap, Alarms);
        // Told one by one: how they are gathered in a storm is not what is measured.
        using var cloud = new Cloud(kafka.Bootstrap, "sqlite:cloud.db", new JsonArray(new JsonObject { ["webhook"] = address, ["groupAbove"] = 1_000_000 }));
        await cloud.MakeTopics();
        cloud.Start();
        await cloud.Ready();
        await gateway.Start();
        await broker.WaitForSubscription(Gateway.Topic);
        var published = await Publish(broker.Port);
        await Eventually.True(() => arrived.Count >= Alarms, "every alert is at the webhook", TimeSpan.FromMinutes(1));

        var times = Enumerable.Range(WarmUpAlarms, Alarms - WarmUpAlarms)
            .Select(i => Stopwatch.GetElapsedTime(published[i], arrived[Gateway.AlarmId(i)]).TotalMilliseconds).Order().ToList();
        return
        [
            new Result("latency", times[times.Count * 99 / 100], LimitMilliseconds, "ms from PUBLISH to webhook, p99")
            {
                Details = new()
                {
                    ["medianMs"] = Math.Round(times[times.Count / 2], 1),
                    ["maxMs"] = Math.Round(times[^1], 1),
                    ["alerts"] = times.Count,
                    ["eventsPerSecond"] = EventsPerSecond,
                    ["kafka"] = kafka.Description,
                },
            },
        ];
    }

    private static async Task<long[]> Publish(int port)
    {
        using var stop = new CancellationTokenSource();
        var client = new MqttClient(
            new MqttOptions { Host = MosquittoBroker.Host, Port = port, ClientId = "publisher", CleanSession = true }, TimeProvider.System, NullLogger.Instance);
        var connection = client.RunAsync(stop.Token);
        var published = new long[Alarms];
        var started = Stopwatch.GetTimestamp();
        for (var beat = 0; beat < Alarms * BeatsAnAlarm; beat++)
        {
            var due = TimeSpan.FromSeconds(beat * EventsABeat / (double)EventsPerSecond) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due);
            }

            var sent = Enumerable.Range(beat * EventsABeat, EventsABeat)
                .Select(i => client.PublishAsync(Gateway.Topic, Encoding.UTF8.GetBytes(Gateway.Payload(i)), retain: false, CancellationToken.None)).ToList();
            if (beat % BeatsAnAlarm == 0)
            {
                var alarm = beat / BeatsAnAlarm;
                published[alarm] = Stopwatch.GetTimestamp();
                sent.Add(client.PublishAsync(Gateway.AlarmTopic(alarm), "{\"temperature\":20.5}"u8.ToArray(), retain: false, CancellationToken.None));
            }

            await Task.WhenAll(sent);
        }

        await stop.CancelAsync();
        await connection;
        return published;
    }
}
