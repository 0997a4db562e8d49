using EdgeGateway.Testing;
using Microsoft.Playwright;

namespace EdgeGateway.Pages.Tests;

/// <summary>Debian's Chromium without a screen, one for all tests of this project.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const float PatienceMilliseconds = 20_000;

    private IPlaywright? playwright;
    private IBrowser? chromium;

    public async Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                // Chromium's own sandbox does not run as root; the pages are ours.
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            ],
        });
    }

    /// <summary>Opens a page in a browser session of its own: signed out, or with the session that an earlier page kept.</summary>
    public async Task<WatchedPage> Open(Uri address, int width, int height, ColorScheme scheme = ColorScheme.Light, string? session = null)
    {
        var context = await chromium!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            DeviceScaleFactor = width < 600 ? 2 : 1,
            TimezoneId = "UTC",
            AcceptDownloads = true,
            StorageState = session,
        });
        var page = new WatchedPage(await context.NewPageAsync(), address);
        await page.Page.GotoAsync(address.ToString());
        return page;
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null)
        {
            await chromium.DisposeAsync();
        }

        playwright?.Dispose();
    }
}

/// <summary>The tests of this project share a browser and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "browser";
}
