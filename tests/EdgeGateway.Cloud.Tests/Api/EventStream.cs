using System.Text.Json;

namespace EdgeGateway.Cloud.Tests.Api;

/// <summary>Reads server-sent events.</summary>
internal sealed class EventStream(Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream);

    /// <summary>The next event of this name; others are passed over.</summary>
    /// <exception cref="OperationCanceledException">It did not come in time.</exception>
    public async Task<IReadOnlyList<string>> Next(string name, TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within);
        while (await reader.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line == "event: " + name)
            {
                var data = await reader.ReadLineAsync(timeout.Token);
                return JsonSerializer.Deserialize<List<string>>(data!["data: ".Length..])!;
            }
        }

        throw new EndOfStreamException("the stream of events ended");
    }

    public void Dispose() => reader.Dispose();
}
