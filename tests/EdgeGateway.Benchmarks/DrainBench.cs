using System.Globalization;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;
using EdgeGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Benchmarks;

/// <summary>
/// A backlog leaves the buffer, against <c>kcat -P</c> producing the same keys, values and CloudEvents headers: as it comes, and with the
/// settings of the gateway's producer. kcat takes headers once for all records, so they are those of one record, which is easier to
/// compress than ours; a further yardstick has none.
/// </summary>
internal static class DrainBench
{
    private const int Events = 1_000_000;
    private const int Rounds = 5;
    private const int Devices = 50;

    // As the forwarder has them.
    private const string ProducerSettings = "-X acks=all -X enable.idempotence=true -X partitioner=murmur2_random -X linger.ms=5 -z lz4";

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        using var folder = new TempFolder();
        var (records, headers, size) = (folder["records"], "", 0L);
        List<(double Rate, TimeSpan Used)> ours = [], plain = [], sameSettings = [], withoutHeaders = [];

        // The first round is for the broker, which compiles its code while it works, and for kcat's headers.
        for (var round = 0; round <= Rounds; round++)
        {
            await Fill(gateway.BufferPath, Events);
            size = new[] { "", "-wal" }.Sum(end => File.Exists(gateway.BufferPath + end) ? new FileInfo(gateway.BufferPath + end).Length : 0);
            var before = round * (long)Events;
            await gateway.Start();
            var rate = await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, Events, before);
            ours.Add((rate, ProcessUse.Of(gateway.ProcessId).ProcessorTime));
            await gateway.Stop();
            if (round == 0)
            {
                await Shell.Run($"kcat -C -b {kafka.Bootstrap} -t {Topics.Temperature} -e -q -f '%k\\t%s\\n' > {records}");
                var header = await Shell.Output($"kcat -C -b {kafka.Bootstrap} -t {Topics.Temperature} -c 1 -e -q -f '%h'");
                headers = string.Concat(header.Split(',').Select(pair => $" -H '{pair}'"));
            }

            plain.Add(await Produce(kafka.Bootstrap, "plain", records, headers, before));
            sameSettings.Add(await Produce(kafka.Bootstrap, "same-settings", records, ProducerSettings + headers, before));
            withoutHeaders.Add(await Produce(kafka.Bootstrap, "without-headers", records, ProducerSettings, before));
        }

        return
        [
            Compare("drain", plain, "kcat -P"),
            Compare("drain.sameSettings", sameSettings, "kcat -P with our producer's settings: idempotence, murmur2, lz4"),
            Compare("drain.withoutHeaders", withoutHeaders, "kcat -P with our producer's settings and without our headers"),
        ];

        Result Compare(string name, List<(double Rate, TimeSpan Used)> baseline, string what) => new(name, Rate(ours), Rate(baseline), "events/s")
        {
            Details = new()
            {
                ["baselineIs"] = what,
                ["events"] = Events,
                ["rounds"] = Rounds,
                ["bytesAnEvent"] = new FileInfo(records).Length / Events,
                ["headerBytesAnEvent"] = headers.Replace(" -H '", "", StringComparison.Ordinal).Length,
                ["processorMicrosecondsAnEvent"] = Microseconds(ours),
                ["baselineProcessorMicrosecondsAnEvent"] = Microseconds(baseline),
                ["bufferBytesAnEvent"] = Math.Round((double)size / Events, 1),
                ["kafka"] = kafka.Description,
            },
        };
    }

    private static double Rate(List<(double Rate, TimeSpan Used)> rounds) => Measure.Median(rounds.Skip(1).Select(round => round.Rate));

    private static double Microseconds(List<(double Rate, TimeSpan Used)> rounds) =>
        Math.Round(Measure.Median(rounds.Skip(1).Select(round => round.Used.TotalMicroseconds)) / Events, 2);

    private static async Task<(double Rate, TimeSpan Used)> Produce(string bootstrap, string topic, string records, string options, long already)
    {
        using var producer = Shell.Start($"TIMEFORMAT='used %U %S'; time kcat -P -b {bootstrap} -t {topic} {options} -K '\\t' -l {records}");
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
