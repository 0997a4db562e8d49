using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace EdgeGateway.Benchmarks;

/// <summary>The agent at 1,000 events a second: memory against an empty web host of the same runtime, processor time, objects and bytes written for each event.</summary>
internal static class MemoryBench
{
    public const string EmptyHostArgument = "empty-host";

    private const int Seconds = 30;
    private const double Mega = 1024 * 1024;

    public static async Task<IReadOnlyList<Result>> Run()
    {
        await using var broker = await MosquittoBroker.StartNew();
        await using var kafka = await KafkaFixture.StartOwn();
        using var gateway = new Gateway(broker.Port, kafka.Bootstrap);
        using var empty = ChildProcess.Start(Environment.ProcessPath!, [EmptyHostArgument]);
        await empty.WaitForLine("empty host runs");
        await gateway.Start();
        await broker.WaitForSubscription(Gateway.Topic);

        var (before, allocatedBefore) = (ProcessUse.Of(gateway.ProcessId), await gateway.AllocatedBytes());
        var payloadBytes = await LivePublisher.Publish(broker.Port, Seconds);
        await OffsetWatch.Rate(kafka.Bootstrap, Topics.Temperature, LivePublisher.EventsPerSecond * Seconds);
        var (after, allocated) = (ProcessUse.Of(gateway.ProcessId), await gateway.AllocatedBytes() - allocatedBefore);
        var idle = ProcessUse.Of(empty.Id);
        const double events = LivePublisher.EventsPerSecond * Seconds;
        return
        [
            new Result("memory", after.ResidentBytes / Mega, idle.ResidentBytes / Mega, "MiB resident")
            {
                Details = new()
                {
                    ["aboveEmptyHostMiB"] = Math.Round((after.ResidentBytes - idle.ResidentBytes) / Mega, 1),
                    ["peakMiB"] = Math.Round(after.PeakResidentBytes / Mega, 1),
                    ["eventsPerSecond"] = LivePublisher.EventsPerSecond,
                    ["payload"] = Gateway.Payload(0),
                    ["payloadBytesAnEvent"] = Math.Round(payloadBytes / events),
                    ["processorMicrosecondsAnEvent"] = Math.Round((after.ProcessorTime - before.ProcessorTime).TotalMicroseconds / events, 1),
                    ["allocatedBytesAnEvent"] = Math.Round(allocated / events),
                    ["writtenBytesAnEvent"] = Math.Round((after.WrittenBytes - before.WrittenBytes) / events),
                    ["writtenToPayload"] = Math.Round((after.WrittenBytes - before.WrittenBytes) / (double)payloadBytes, 2),
                },
            },
        ];
    }

    /// <summary>The yardstick: a web host with nothing in it.</summary>
    public static async Task RunEmptyHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Next()}");
        var app = builder.Build();
        await app.StartAsync();
        await Console.Out.WriteLineAsync("empty host runs");
        await app.WaitForShutdownAsync();
    }
}
