using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Cloud.Tests.Notify;

/// <summary>Takes one mail by SMTP.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public MailServer()
    {
        listener.Start();
        Mail = Task.Run(Take);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The mail as it came, its envelope included.</summary>
    public Task<string> Mail { get; }

    public void Dispose() => listener.Dispose();

    private async Task<string> Take()
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        var mail = new StringBuilder();
        await writer.WriteLineAsync("220 test");
        var isData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            mail.AppendLine(line);
            if (isData && line != ".")
            {
                continue;
            }

            isData = line == "DATA";
            await writer.WriteLineAsync(isData ? "354 go on" : line.StartsWith("EHLO", StringComparison.Ordinal) ? "250 test" : line == "QUIT" ? "221 bye" : "250 ok");
            if (line is "." or "QUIT")
            {
                break;
            }
        }

        return mail.ToString();
    }
}
