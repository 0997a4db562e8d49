using System.Data.Common;
using System.Diagnostics;
using Confluent.Kafka;
using EdgeGateway.Cloud.Rebuild;
using EdgeGateway.Hosting;

namespace EdgeGateway.Cloud.Commands;

/// <summary><c>edge-cloud rebuild</c>.</summary>
public static class RebuildCommand
{
    public static async Task<int> Run(FileInfo file, CancellationToken stop)
    {
        if (CheckCommand.Read(file) is not { } configuration)
        {
            return ExitCodes.Usage;
        }

        using var logs = LoggerFactory.Create(logging => logging.AddEdgeGatewayLogs());
        var logger = logs.CreateLogger<Rebuilder>();
        await using var store = configuration.OpenStore();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var count = await Task.Run(() => new Rebuilder(configuration, store, TimeProvider.System, logger).Run(stop), stop);
            Console.WriteLine($"rebuilt from {count} records in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is KafkaException or DbException or IOException or OperationCanceledException)
        {
            Console.Error.WriteLine($"rebuilding: {e.Message}; the live views are as they were, start it again");
            return ExitCodes.Failed;
        }
    }
}
