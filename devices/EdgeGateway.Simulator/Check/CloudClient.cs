using System.Net.Http.Json;
using System.Text.Json;
using EdgeGateway.Simulator.Journal;

namespace EdgeGateway.Simulator.Check;

/// <summary>A signed-in session with the cloud's API.</summary>
public sealed class CloudClient(Uri address) : IDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };

    /// <exception cref="HttpRequestException">Refused or not there.</exception>
    public async Task SignIn(string user, string password)
    {
        using var answer = await http.PostAsJsonAsync("/api/sign-in", new { user, password });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>All views that the check compares, for the devices that the journal names.</summary>
    public async Task<CloudViews> Read(IReadOnlyList<JournalEntry> journal)
    {
        var readings = new Dictionary<string, IReadOnlyList<ReadingView>>(StringComparer.Ordinal);
        foreach (var (gateway, device) in journal.OfType<SampleEntry>().Select(s => (s.Gateway, s.Device)).Distinct())
        {
            readings[$"{gateway}/{device}"] = await Get<List<ReadingView>>(
                $"/api/devices/{gateway}/{device}/readings?from={Uri.EscapeDataString("2000-01-01T00:00:00.000Z")}&to={Uri.EscapeDataString("2100-01-01T00:00:00.000Z")}");
        }

        return new CloudViews(
            await Get<List<AlertView>>("/api/alerts"),
            await Get<List<StockView>>("/api/stock"),
            await Get<List<GatewayView>>("/api/gateways"),
            readings);
    }

    public void Dispose() => http.Dispose();

    private async Task<T> Get<T>(string path) =>
        await http.GetFromJsonAsync<T>(path, Options) ?? throw new HttpRequestException($"{path} answered null");
}
