using EdgeGateway.Contracts;
using EdgeGateway.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Pages.Tests;

/// <summary>The operators' page in Chromium against the real cloud.</summary>
[Collection(BrowserCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class CloudPageTests(Browser browser, CloudProgram cloud) : IClassFixture<CloudProgram>
{
    private const int DeskWidth = 1440;
    private const int DeskHeight = 900;

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_signs_in()
    {
        await using var page = await browser.Open(cloud.Address, DeskWidth, DeskHeight);
        await SignIn(page, "not the password");
        await Expect(page["[role=alert]"]).ToContainTextAsync("not right");
        await SignIn(page, CloudProgram.Password);
        await Expect(page["header"]).ToContainTextAsync(CloudProgram.User);
        await page.Button("Sign out").ClickAsync();
        await Expect(page["[name=password]"]).ToBeVisibleAsync();
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task An_excursion_is_shown_with_its_course_and_acknowledged_with_a_note()
    {
        await using var page = await SignedIn();
        await page.Mark();
        var row = page[".alert-row"].Filter(new LocatorFilterOptions { HasText = "cold-room-1" });
        await Expect(row).ToContainTextAsync("above 8 °C for 30 min");
        await row.ClickAsync();
        await Expect(page[".chart canvas"]).ToBeVisibleAsync();
        await Expect(page["figcaption"]).ToContainTextAsync("at or above 8 °C");
        Assert.True(await Draws(page, ".chart canvas"), "the chart is empty");
        await page.Screenshot("cloud-alert");

        await page["[name=note]"].FillAsync("Compressor off; goods moved to cold room 2.");
        await page["form button[type=submit]"].ClickAsync();
        await Expect(page[".detail"]).ToContainTextAsync("Acknowledged by operator");
        await Expect(page[".trail"]).ToContainTextAsync("Compressor off; goods moved to cold room 2.");
        await Expect(row).ToHaveCountAsync(0);
        await page["[aria-pressed]"].Filter(new LocatorFilterOptions { HasText = "Acknowledged" }).ClickAsync();
        await Expect(row).ToBeVisibleAsync();
        Assert.True(await page.HasMark());
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task An_excursion_that_is_over_is_under_resolved_with_its_end()
    {
        await using var page = await SignedIn();
        await page["[aria-pressed]"].Filter(new LocatorFilterOptions { HasText = "Resolved" }).ClickAsync();
        await page[".alert-row"].Filter(new LocatorFilterOptions { HasText = "freezer-2" }).ClickAsync();
        await Expect(page[".detail"]).ToContainTextAsync("above −15 °C for 30 min");
        await Expect(page[".detail"]).Not.ToContainTextAsync("still going on");
        await Expect(page[".chart canvas"]).ToBeVisibleAsync();
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task Stock_changes_without_a_reload_and_what_is_low_says_so()
    {
        await using var page = await SignedIn();
        await page.Go("Stock");
        var milk = page["[data-site=dallas][data-sku=milk-1l]"];
        await Expect(milk).ToContainTextAsync("Low");
        await page.Screenshot("cloud-stock");

        await page.Mark();
        cloud.Store.Movement("late-delivery", "milk-1l", MovementKind.Received, 500, DateTimeOffset.UtcNow);
        cloud.Store.Flush();
        await Expect(milk.Locator("td.number").First).ToHaveTextAsync("575");
        await Expect(milk).Not.ToContainTextAsync("Low");
        Assert.True(await page.HasMark());

        await page["[type=search]"].FillAsync("butter");
        await Expect(page["tbody tr"]).ToHaveCountAsync(2);
        await page["select"].SelectOptionAsync("fort-worth");
        await Expect(page["tbody tr"]).ToHaveCountAsync(1);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task A_stock_figure_is_explained_by_the_facts_behind_it()
    {
        await using var page = await SignedIn();
        await page.Go("Stock");
        await page["[data-site=dallas][data-sku=butter-250g] a"].ClickAsync();
        await Expect(page[".trail"]).ToContainTextAsync("ASN-202");
        await Expect(page[".trail"]).ToContainTextAsync("+454 on hand");
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task Gateways_say_what_is_missing_and_which_is_lost()
    {
        await using var page = await SignedIn();
        await page.Go("Gateways");
        await Expect(page["[data-gateway=store-dallas-1]"]).ToContainTextAsync("311 missing");
        await Expect(page["[data-gateway=store-fort-worth-1]"]).ToContainTextAsync("Lost");
        await Expect(page["[data-gateway=store-fort-worth-1]"]).ToContainTextAsync("1,840");
        await page["[data-gateway=store-dallas-1] summary"].ClickAsync();
        await Expect(page[".ranges"]).ToContainTextAsync("neither arrived nor given up");
        await page.Screenshot("cloud-gateways");
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task An_item_is_found_by_its_EPC_with_its_way()
    {
        await using var page = await SignedIn();
        await page.Go("Items");
        await page["[name=epc]"].FillAsync(EpcDecoder.Decode(CloudProgram.TagHex).Uri);
        await page.Button("Find").ClickAsync();
        await Expect(page[".trail li"]).ToHaveCountAsync(2);
        await Expect(page["article"]).ToContainTextAsync(CloudProgram.Gtin);
        await page["[name=epc]"].FillAsync("urn:epc:id:sgtin:0000000.000000.0");
        await page.Button("Find").ClickAsync();
        await Expect(page["main"]).ToContainTextAsync("No reader has seen");
        page.AssertNoTrouble();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_fits_a_phone(ColorScheme scheme)
    {
        await using var page = await SignedIn(390, 844, scheme);
        foreach (var name in new[] { "Alerts", "Stock", "Items", "Gateways", "Flow" })
        {
            await page.Go(name);
            await Expect(page["h1"]).ToBeVisibleAsync();
            Assert.Equal(0, await page.Overflow());
        }

        page.AssertNoTrouble();
    }

    [Fact]
    public async Task The_flow_page_says_that_the_views_keep_up_and_the_program_has_nothing_to_complain_about()
    {
        await using var page = await SignedIn();
        await page.Go("Flow");
        await Expect(page["main"]).ToContainTextAsync("Everything in the topics is in the views.");
        Assert.Empty(cloud.Process.UnprovokedErrors());
        page.AssertNoTrouble();
    }

    private async Task<WatchedPage> SignedIn(int width = DeskWidth, int height = DeskHeight, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await browser.Open(cloud.Address, width, height, scheme, cloud.Session);
        if (cloud.Session is null)
        {
            await SignIn(page, CloudProgram.Password);
        }

        await Expect(page["header"]).ToContainTextAsync("Live");
        // The cloud allows few sign-ins a minute.
        cloud.Session = await page.Page.Context.StorageStateAsync();
        return page;
    }

    private static async Task SignIn(WatchedPage page, string password)
    {
        await page["[name=user]"].FillAsync(CloudProgram.User);
        await page["[name=password]"].FillAsync(password);
        await page.Button("Sign in").ClickAsync();
    }

    /// <summary>Whether a canvas has anything but one colour on it.</summary>
    private static Task<bool> Draws(WatchedPage page, string selector) => page.Page.EvaluateAsync<bool>(
        """
        selector => {
          const canvas = document.querySelector(selector);
          const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
          return pixels.some(pixel => pixel !== pixels[0]);
        }
        """,
        selector);
}
