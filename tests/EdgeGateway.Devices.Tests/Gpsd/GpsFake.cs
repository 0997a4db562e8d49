using System.Net.Sockets;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>A real gpsd on a port of its own, fed by gpsfake from a log of NMEA sentences.</summary>
internal sealed class GpsFake(ChildProcess process, int port) : IDisposable
{
    public string Address { get; } = "127.0.0.1:" + port;

    public static Task<GpsFake> Start(string log, double secondsPerSentence, params string[] options) =>
        Start(FreePort.Next(), log, secondsPerSentence, options);

    public static async Task<GpsFake> Start(int port, string log, double secondsPerSentence, params string[] options)
    {
        var process = ChildProcess.Start(
            "gpsfake", ["-q", "-c", secondsPerSentence.ToString(), "-P", port.ToString(), .. options, log]);
        try
        {
            await Eventually.True(
                async () =>
                {
                    using var probe = new TcpClient();
                    await probe.ConnectAsync("127.0.0.1", port);
                    return true;
                },
                $"gpsd answers on port {port}");
        }
        catch (TimeoutException)
        {
            process.Dispose();
            throw;
        }

        return new GpsFake(process, port);
    }

    public void Dispose() => process.Dispose();
}
