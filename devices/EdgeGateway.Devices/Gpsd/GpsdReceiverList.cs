using System.Net.Sockets;
using System.Text.Json;

namespace EdgeGateway.Devices.Gpsd;

/// <summary>Asks a gpsd which receivers it has.</summary>
internal static class GpsdReceiverList
{
    /// <summary>Paths of the receivers; empty when there is no gpsd or it does not answer in time.</summary>
    public static async Task<IReadOnlyList<string>> AskAsync(string address, TimeProvider time, TimeSpan within, CancellationToken cancel)
    {
        if (!NetworkAddress.TryParse(address, GpsdSettings.UsualPort, out var gpsd))
        {
            return [];
        }

        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(gpsd.Host, gpsd.Port, cancel).AsTask().WaitAsync(within, time, cancel);
            await client.GetStream().WriteAsync("?DEVICES;\n"u8.ToArray(), cancel);
            return await ReadAsync(new LineReader(client.GetStream(), GpsdDriver.LongestLine), cancel).WaitAsync(within, time, cancel);
        }
        catch (Exception e) when (e is SocketException or IOException or TimeoutException)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(LineReader lines, CancellationToken cancel)
    {
        while (await lines.ReadAsync(cancel) is { } line)
        {
            if (Receivers(line.Bytes) is { } receivers)
            {
                return receivers;
            }
        }

        return [];
    }

    private static List<string>? Receivers(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            return root.GetProperty("class").GetString() == "DEVICES"
                ? [.. root.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("path").GetString()!)]
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not the answer: another object, or something that is no gpsd.
            return null;
        }
    }
}
