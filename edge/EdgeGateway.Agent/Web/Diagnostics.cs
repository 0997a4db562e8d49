using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeGateway.Hosting;

namespace EdgeGateway.Agent.Web;

/// <summary>What a person far away needs to see, in a zip: state, configuration, metrics, the last log lines. No secrets: those are in files of their own.</summary>
internal sealed class Diagnostics(EdgeAgent agent, ConfigurationKeeper keeper, Watchdog watchdog, PrometheusExporter metrics, RecentLogs logs)
{
    public byte[] Bundle()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "status.json", JsonSerializer.SerializeToUtf8Bytes(StatusView.Of(agent, watchdog), ApiJson.Options));
            Add(zip, "devices.json", JsonSerializer.SerializeToUtf8Bytes(agent.Supervisor.Devices.Select(ApiJson.Device), ApiJson.Options));
            Add(zip, "config.json", keeper.InForce);
            Add(zip, "metrics.txt", Encoding.UTF8.GetBytes(metrics.Render()));
            Add(zip, "log.txt", Encoding.UTF8.GetBytes(string.Join('\n', logs.Lines)));
            Add(zip, "machine.txt", Encoding.UTF8.GetBytes($"""
                edge-gateway {AgentVersion.Text}
                {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}
                librdkafka {KafkaLibrary.Version}
                {Environment.ProcessorCount} processors, {Environment.WorkingSet / 1024 / 1024} MiB resident

                """));
        }

        return bytes.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
