using System.IO.Compression;
using EdgeGateway.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Pages.Tests;

/// <summary>The gateway's page in Chromium, of the size of a small phone, against the real agent.</summary>
[Collection(BrowserCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class EdgePageTests(Browser browser, EdgeProgram edge) : IClassFixture<EdgeProgram>
{
    private const string LastDevice = "\"every\": \"30s\" }";
    private const int PhoneWidth = 360;
    private const int PhoneHeight = 740;

    [Fact]
    public async Task A_wrong_code_is_refused_and_the_one_from_the_journal_signs_in_once()
    {
        await using var page = await browser.Open(edge.Address, PhoneWidth, PhoneHeight);
        var code = edge.OneTimeCode;
        await page["[name=code]"].FillAsync("AAAA-AAAA");
        await page.Button("Sign in").ClickAsync();
        await Expect(page["[role=alert]"]).ToContainTextAsync("not right");

        await page["[name=code]"].FillAsync(code);
        await page.Button("Sign in").ClickAsync();
        await Expect(page["header"]).ToContainTextAsync("store-dallas-1");

        await page.Button("Sign out").ClickAsync();
        await page["[name=code]"].FillAsync(code);
        await page.Button("Sign in").ClickAsync();
        await Expect(page["[role=alert]"]).ToContainTextAsync("not right");
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task A_value_changes_without_a_reload()
    {
        await using var page = await SignedIn();
        await page.Mark();
        var value = page["[data-device=cold-room-3] .value"];

        await edge.Publish("probes/cold-room-3", """{"temperature":4.5,"humidity":62}""");
        await Expect(value).ToHaveTextAsync("4.5 °C");
        await edge.Publish("probes/cold-room-3", """{"temperature":-5.25,"humidity":62}""");
        await Expect(value).ToHaveTextAsync("−5.3 °C");

        await Expect(page["[data-device=cold-room-3] .badge"]).ToHaveTextAsync("OK");
        await Expect(page["[data-device=cold-room-3] .age"]).ToHaveTextAsync("3 s ago");
        Assert.True(await page.HasMark());
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task Every_state_is_a_word_and_an_excursion_stands_on_top_until_it_is_over()
    {
        await using var page = await SignedIn();
        await edge.Publish("probes/freezer-2", "-18.2");
        await edge.Publish("probes/cold-room-3", """{"temperature":4.4,"humidity":62}""");
        await edge.Publish("readers/portal-1", """{"data":{"idHex":"3074257BF7194E4000001A85","peakRssi":-52,"antenna":1},"timestamp":"2026-08-13T09:14:28.651+0000","type":"CUSTOM"}""");
        await edge.Publish("probes/cold-room-3", """{"humidity":62}""");
        var began = DateTimeOffset.UtcNow.AddMinutes(-42);
        for (var minute = 0; minute <= 42; minute += 6)
        {
            await edge.Publish("probes/cold-room-1", 8.4 + (minute / 30.0), began.AddMinutes(minute));
        }

        var alarm = page[".alarm"];
        await Expect(alarm).ToContainTextAsync("cold-room-1");
        await Expect(alarm).ToContainTextAsync("Above 8 °C for 30 min");
        await Expect(alarm).ToContainTextAsync("9.8 °C");
        await Expect(page["[data-device]"].First).ToHaveAttributeAsync("data-device", "cold-room-1");
        await Expect(page["[data-device=cold-room-1] .badge"]).ToHaveTextAsync("Alarm");
        await Expect(page["[data-device=probe-9] .badge"]).ToHaveTextAsync("Unplugged");
        await Expect(page["[data-device=portal-1]"]).ToContainTextAsync("urn:epc:id:sgtin:0614141.812345.6789");
        await Expect(page["[data-device=cold-room-3]"]).ToContainTextAsync("1 refused");
        await page.Screenshot("edge-devices");

        await edge.Publish("probes/cold-room-1", 5, DateTimeOffset.UtcNow);
        await Expect(alarm).ToHaveCountAsync(0);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task The_uplink_page_says_what_waits_and_that_Kafka_is_away()
    {
        await using var page = await SignedIn();
        await edge.Publish("probes/freezer-2", "-18.3");
        await page.Go("Uplink");
        await Expect(page["main"]).ToContainTextAsync("waiting");
        await Expect(page["main .card"].First.Locator(".badge")).Not.ToHaveTextAsync("Connected");
        await Expect(page["meter"]).ToBeVisibleAsync();
        await page.Screenshot("edge-uplink");

        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.Text("Download diagnostics").ClickAsync());
        using var bundle = await ZipFile.OpenReadAsync(await download.PathAsync());
        Assert.Contains(bundle.Entries, entry => entry.Name == "status.json");
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task Mistakes_are_listed_by_path_and_lead_to_their_place_and_nothing_changes()
    {
        await using var page = await SignedIn();
        await page.Go("Settings");
        var before = edge.Configuration;
        await Edit(page, text => text.Replace("\"every\": \"30s\"", "\"every\": \"30 seconds\"", StringComparison.Ordinal).Replace("\"zone\"", "\"zoen\"", StringComparison.Ordinal));
        await page.Button("Check and apply").ClickAsync();

        var mistakes = page[".mistakes li"];
        await Expect(mistakes.Filter(new LocatorFilterOptions { HasText = "$.devices[4].every" })).ToHaveCountAsync(1);
        await Expect(mistakes.Filter(new LocatorFilterOptions { HasText = "$.devices[3].zoen" })).ToHaveCountAsync(1);
        await mistakes.Filter(new LocatorFilterOptions { HasText = "every" }).Locator("button").ClickAsync();
        await page.Screenshot("edge-settings");
        Assert.Equal("\"every\": \"30 seconds\"", await page.Page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.Equal(before, edge.Configuration);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task A_good_configuration_is_in_use_at_once_and_stays_once_it_is_confirmed()
    {
        await using var page = await SignedIn();
        await page.Go("Settings");
        await Edit(page, text => text.Replace(LastDevice, LastDevice + ",\n    " + DeviceText("probe-12"), StringComparison.Ordinal));
        await page.Button("Check and apply").ClickAsync();
        await Expect(page[".keep"]).ToContainTextAsync("undone in");
        Assert.DoesNotContain("probe-12", edge.Configuration, StringComparison.Ordinal);

        await page.Go("Devices");
        await Expect(page["[data-device=probe-12]"]).ToBeVisibleAsync();
        await edge.Publish("probes/probe-12", "3.5");
        await Expect(page["[data-device=probe-12] .value"]).ToHaveTextAsync("3.5 °C");
        await page.Button("Keep these settings").ClickAsync();
        await Expect(page[".keep"]).ToHaveCountAsync(0);
        Assert.Contains("probe-12", edge.Configuration, StringComparison.Ordinal);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task A_configuration_that_nobody_confirms_is_undone_and_the_page_says_so()
    {
        await using var page = await SignedIn();
        await page.Go("Settings");
        await Edit(page, text => text
            .Replace("\"confirmWithin\": \"1m\"", "\"confirmWithin\": \"3s\"", StringComparison.Ordinal)
            .Replace(LastDevice, LastDevice + ",\n    " + DeviceText("probe-13"), StringComparison.Ordinal));
        await page.Button("Check and apply").ClickAsync();
        await Expect(page[".keep"]).ToBeVisibleAsync();
        await Expect(page["[role=alert]"]).ToContainTextAsync("were undone");
        await Expect(page["textarea"]).ToHaveValueAsync(edge.Configuration);

        await page.Go("Devices");
        await Expect(page["[data-device=portal-1]"]).ToBeVisibleAsync();
        await Expect(page["[data-device=probe-13]"]).ToHaveCountAsync(0);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task A_device_that_is_heard_is_added_with_one_tap()
    {
        await edge.Publish("zigbee2mqtt/probe-8", """{"temperature":3.9,"humidity":62.1,"battery":88}""", retain: true);
        await using var page = await SignedIn();
        await page.Go("Add");
        var found = page[".found"].Filter(new LocatorFilterOptions { HasText = "zigbee2mqtt/probe-8" });
        await Expect(found).ToContainTextAsync("3.9");
        await page.Screenshot("edge-add");
        await found.GetByRole(AriaRole.Button).ClickAsync();
        await page.Button("Keep these settings").ClickAsync();
        // What is configured is not offered again.
        await Expect(found).ToHaveCountAsync(0);
        await page.Go("Devices");
        await edge.Publish("zigbee2mqtt/probe-8", """{"temperature":4.1,"humidity":62.1,"battery":88}""");
        await Expect(page["[data-device=probe-8] .value"]).ToHaveTextAsync("4.1 °C");
        Assert.Contains("zigbee2mqtt/probe-8", edge.Configuration, StringComparison.Ordinal);
        page.AssertNoTrouble();
    }

    [Fact]
    public async Task The_page_says_when_it_no_longer_hears_the_gateway_and_goes_on_by_itself()
    {
        await using var page = await SignedIn();
        await page.Mark();
        edge.Process.Suspend();
        await Expect(page["[role=alert]"]).ToContainTextAsync("Connection to the gateway lost");
        await Expect(page["header"]).ToContainTextAsync("Offline");
        edge.Process.Resume();
        await Expect(page["header"]).ToContainTextAsync("Live");
        await Expect(page.Text("Connection to the gateway lost.")).ToHaveCountAsync(0);
        Assert.True(await page.HasMark());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Every_page_fits_a_small_phone_and_its_targets_fit_a_glove(ColorScheme scheme)
    {
        await using var page = await SignedIn(scheme);
        foreach (var name in new[] { "Devices", "Uplink", "Settings", "Add" })
        {
            await page.Go(name);
            await Expect(page["h1"]).ToBeVisibleAsync();
            Assert.Equal(0, await page.Overflow());
            var small = await page.Page.EvaluateAsync<string[]>("""
                [...document.querySelectorAll("a, button, summary, input")].filter(e => e.getClientRects().length && !e.matches("p a") && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)
                """);
            Assert.Empty(small);
        }
    }

    [Fact]
    public async Task The_security_policy_allows_nothing_but_the_gateways_own_files()
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(edge.Address);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<style", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(edge.Process.UnprovokedErrors());
    }

    private static string DeviceText(string id) => $$"""{ "id": "{{id}}", "driver": "mqtt", "topic": "probes/{{id}}", "format": "number" }""";

    private async Task<WatchedPage> SignedIn(ColorScheme scheme = ColorScheme.Light)
    {
        var page = await browser.Open(edge.Address, PhoneWidth, PhoneHeight, scheme, edge.Session);
        if (edge.Session is null)
        {
            await page["[name=code]"].FillAsync(edge.OneTimeCode);
            await page.Button("Sign in").ClickAsync();
        }

        await Expect(page["header"]).ToContainTextAsync("Live");
        // The agent allows few sign-ins a minute.
        edge.Session = await page.Page.Context.StorageStateAsync();
        return page;
    }

    private static async Task Edit(WatchedPage page, Func<string, string> change)
    {
        var area = page["textarea"];
        await Expect(area).Not.ToHaveValueAsync("");
        var text = await area.InputValueAsync();
        var changed = change(text);
        Assert.NotEqual(text, changed);
        await area.FillAsync(changed);
    }
}
