using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>A backlog leaves the buffer, against <c>kcat -P</c> producing the same keys and values.</summary>
internal static class DrainBench
{
    private const int Events = 1_000_000;
    private const int Devices = 50;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        using var folder = new TempFolder();
        await Fill(gateway.BufferPath, Events);
        var size = new FileInfo(gateway.BufferPath).Length;
        await gateway.Start();
        var ours = await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Events);
        await gateway.Stop();

        await Shell.Run($"kcat -C -b {kafka.Bootstrap} -t {Topics.Temperature} -e -q -f '%k\\t%s\\n' > {folder["records"]}");
        using var producer = Shell.Start($"kcat -P -b {kafka.Bootstrap} -t baseline -X acks=all -X linger.ms=5 -K '\\t' -l {folder["records"]}");
        var baseline = await OffsetWatch.Rate(kafka.Bootstrap, "baseline", Events);
        return
        [
            new Result("drain", ours, baseline, "events/s")
            {
                Details = new()
                {
                    ["events"] = Events,
                    ["bytesAnEvent"] = new FileInfo(folder["records"]).Length / Events,
                    ["bufferBytesAnEvent"] = size / Events,
                    ["kafka"] = kafka.Description,
                },
            },
        ];
    }

    /// <summary>Fills a buffer with temperatures in range, as a gateway does while its link is down.</summary>
    public static async Task Fill(string path, int events)
    {
        const int batch = 1_000;
        const int batchesAtOnce = 10;
        SqliteLibrary.Load();
        await using var buffer = EventBuffer.Open(
            new BufferOptions { Gateway = Gateway.Id, Path = path, MaxBytes = 8L << 30 }, TimeProvider.System, NullLogger.Instance);
        var start = TimeProvider.System.GetUtcNow();
        await buffer.SetClock(start, ClockQuality.Ntp);
        for (var done = 0; done < events; done += batch * batchesAtOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, batchesAtOnce)
                .Select(i => buffer.Append(Temperatures(start, done + (i * batch), batch), Importance.TemperatureInRange)));
        }
    }

    private static List<GatewayEvent> Temperatures(DateTimeOffset start, int from, int count) =>
    [
        .. Enumerable.Range(from, count).Select(i => new TemperatureEvent
        {
            Device = $"probe-{i % Devices}",
            ObservedAt = start.AddMilliseconds(i),
            Clock = ClockQuality.Ntp,
            Celsius = 4 + (i % 100 * 0.01),
            Humidity = 55.4,
            Battery = 86,
            Profile = "chilled",
        }),
    ];
}
