using System.Globalization;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// A backlog leaves the buffer, against <c>kcat -P</c> producing the same bytes with the settings of the gateway's producer: keys, values and
/// the CloudEvents headers. kcat takes headers once for all records, so they are those of one record; a second yardstick has none.
/// </summary>
internal static class DrainBench
{
    private const int Events = 1_000_000;
    private const int Rounds = 3;
    private const int Devices = 50;

    // As the forwarder has them.
    private const string ProducerSettings = "-X acks=all -X enable.idempotence=true -X partitioner=murmur2_random -X linger.ms=5 -z lz4";

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        using var folder = new TempFolder();
        var headers = "";
        List<double> ours = [], baseline = [], withoutHeaders = [];
        var (processor, baselineProcessor, size) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            await Fill(gateway.BufferPath, Events);
            size = new[] { "", "-wal" }.Sum(end => File.Exists(gateway.BufferPath + end) ? new FileInfo(gateway.BufferPath + end).Length : 0);
            var before = round * (long)Events;
            await gateway.Start();
            ours.Add(await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Events, before));
            processor += ProcessUse.Of(gateway.ProcessId).ProcessorTime;
            await gateway.Stop();
            if (round == 0)
            {
                await Shell.Run($"kcat -C -b {kafka.Bootstrap} -t {Topics.Temperature} -e -q -f '%k\\t%s\\n' > {folder["records"]}");
                headers = await Shell.Output($"kcat -C -b {kafka.Bootstrap} -t {Topics.Temperature} -c 1 -e -q -f '%h'");
            }

            var (rate, used) = await Produce(
                kafka.Bootstrap, "same-bytes", folder["records"], string.Concat(headers.Split(',').Select(header => $" -H '{header}'")), before);
            baseline.Add(rate);
            baselineProcessor += used;
            withoutHeaders.Add((await Produce(kafka.Bootstrap, "without-headers", folder["records"], "", before)).Rate);
        }

        return
        [
            new Result("drain", Measure.Median(ours), Measure.Median(baseline), "events/s")
            {
                Details = new()
                {
                    ["events"] = Events,
                    ["rounds"] = Rounds,
                    ["bytesAnEvent"] = (new FileInfo(folder["records"]).Length / Events) + headers.Length,
                    ["processorMicrosecondsAnEvent"] = Math.Round(processor.TotalMicroseconds / Rounds / Events, 2),
                    ["baselineProcessorMicrosecondsAnEvent"] = Math.Round(baselineProcessor.TotalMicroseconds / Rounds / Events, 2),
                    ["ratioWithoutHeaders"] = Math.Round(Measure.Median(ours) / Measure.Median(withoutHeaders), 3),
                    ["bufferBytesAnEvent"] = Math.Round((double)size / Events, 1),
                    ["kafka"] = kafka.Description,
                },
            },
        ];
    }

    private static async Task<(double Rate, TimeSpan ProcessorTime)> Produce(string bootstrap, string topic, string records, string headers, long already)
    {
        using var producer = Shell.Start($"TIMEFORMAT='used %U %S'; time kcat -P -b {bootstrap} -t {topic} {ProducerSettings}{headers} -K '\\t' -l {records}");
        var rate = await OffsetWatch.Rate(bootstrap, topic, Events, already);
        await producer.WaitForExit();
        var used = producer.Errors.Last(line => line.StartsWith("used ", StringComparison.Ordinal)).Split(' ');
        return (rate, TimeSpan.FromSeconds(double.Parse(used[1], CultureInfo.InvariantCulture) + double.Parse(used[2], CultureInfo.InvariantCulture)));
    }

    /// <summary>Fills a buffer with temperatures in range, as a gateway does while its link is down: two noisy decimals each of 50 probes.</summary>
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
        [.. Enumerable.Range(from, count).Select(i => Temperature(start.AddMilliseconds(i), i))];

    private static TemperatureEvent Temperature(DateTimeOffset at, int i)
    {
        var noise = (uint)i * 2_654_435_761;
        return new TemperatureEvent
        {
            Device = $"probe-{i % Devices}",
            ObservedAt = at,
            Clock = ClockQuality.Ntp,
            Celsius = 3 + ((noise >> 8) % 300 / 100.0),
            Humidity = 50 + (noise % 1000 / 100.0),
            Battery = 80 + (i / 1000 % 10),
            Profile = "chilled",
        };
    }
}
