using EdgeGateway.Testing;

namespace EdgeGateway.Pages.Tests;

/// <summary>Waits until a program answers on its page's address.</summary>
internal static class HttpHealth
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">It ended, or never answered; holds what it said.</exception>
    public static async Task Wait(Uri address, ChildProcess program)
    {
        using var http = new HttpClient();
        try
        {
            await Eventually.True(async () => program.HasExited || (await http.GetAsync(new Uri(address, "healthz"))).IsSuccessStatusCode, $"{address} answers", Within);
        }
        catch (TimeoutException e)
        {
            throw new InvalidOperationException(Said(program), e);
        }

        if (program.HasExited)
        {
            throw new InvalidOperationException(Said(program));
        }
    }

    private static string Said(ChildProcess program) => $"The program does not answer. It said: {string.Join('\n', program.Errors)}";
}
