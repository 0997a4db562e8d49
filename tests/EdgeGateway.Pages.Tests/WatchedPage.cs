using System.Collections.Concurrent;
using EdgeGateway.Testing;
using Microsoft.Playwright;

namespace EdgeGateway.Pages.Tests;

/// <summary>A page and everything about it that must not happen: errors on its console, requests to elsewhere.</summary>
public sealed class WatchedPage : IAsyncDisposable
{
    // Chromium writes this for any answer of 400 and above, also for those that a test provokes and the page explains.
    private const string RefusedAnswer = "Failed to load resource: the server responded with a status of 4";

    private readonly ConcurrentQueue<string> troubles = new();
    private readonly Uri address;

    public WatchedPage(IPage page, Uri address)
    {
        Page = page;
        this.address = address;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith(RefusedAnswer, StringComparison.Ordinal))
            {
                troubles.Enqueue($"console {message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => troubles.Enqueue($"uncaught: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url).Authority != address.Authority)
            {
                troubles.Enqueue($"a request to elsewhere: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public ILocator this[string selector] => Page.Locator(selector);

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Text(string text) => Page.GetByText(text, new PageGetByTextOptions { Exact = true });

    /// <summary>Follows a link of the page's own navigation.</summary>
    public Task Go(string name) => Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = name }).ClickAsync();

    /// <summary>Leaves a mark that a reload would wipe away.</summary>
    public Task Mark() => Page.EvaluateAsync("window.mark = true");

    public Task<bool> HasMark() => Page.EvaluateAsync<bool>("window.mark === true");

    /// <summary>How many pixels the content is wider than the window.</summary>
    public Task<int> Overflow() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

    /// <summary>Writes deploy/screenshots/NAME.png when EDGE_SCREENSHOTS=1 asks for new ones.</summary>
    public async Task Screenshot(string name)
    {
        if (Environment.GetEnvironmentVariable("EDGE_SCREENSHOTS") == "1")
        {
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf($"deploy/screenshots/{name}.png") });
        }
    }

    /// <summary>Fails when anything happened that must not.</summary>
    public void AssertNoTrouble() => Assert.Empty(troubles);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
