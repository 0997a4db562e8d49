using EdgeGateway.Contracts;
using EdgeGateway.Devices.Keyboard;

namespace EdgeGateway.Devices.Tests.Keyboard;

/// <summary>The scanner driver against a stand-in for the kernel: no scanner is assumed on the machine that tests.</summary>
public sealed class KeyboardDriverTests
{
    private const string Tag = "3074257BF7194E4000001A85";

    private static readonly KeyboardSettings Settings = new()
    {
        Id = "hand-scanner", Driver = "keyboard", Address = "usb-Scanner_1950-event-kbd", Zone = "dock-1", Passage = "receiving",
    };

    private readonly FakeScanner scanner = new();

    [Fact]
    public async Task A_scanned_tag_is_a_reading_at_the_time_of_its_Enter()
    {
        await using var run = await Started();
        scanner.MonotonicNanoseconds -= 1_500_000_000;
        scanner.Type(Tag.ToLowerInvariant());
        scanner.Scan("");
        scanner.MonotonicNanoseconds += 1_500_000_000;
        await Until(run, 1);

        var reading = run.Sink.Of<TagReading>()[0];
        Assert.Equal(Tag, reading.Hex);
        Assert.InRange(run.Manual!.GetUtcNow() - reading.ObservedAt!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.EndsWith("dev/input/by-id/usb-Scanner_1950-event-kbd", scanner.Opened, StringComparison.Ordinal);
        Assert.Equal(("dock-1", "receiving"), (Settings.Place.Zone, Settings.Place.Passage));
    }

    [Fact]
    public async Task The_scanner_is_grabbed_while_it_is_read_and_let_go_afterwards()
    {
        await using (await Started())
        {
            Assert.True(scanner.IsGrabbed);
        }

        Assert.False(scanner.IsGrabbed);
    }

    [Theory]
    [InlineData(KeyboardLayout.Us)]
    [InlineData(KeyboardLayout.De)]
    public async Task Every_character_of_a_code_comes_through_its_layout(KeyboardLayout layout)
    {
        const string Code = "aZyY-_+/\\@<>|{}[]~#'\"?!%&()=*:;.,09 $^";
        await using var run = await Started(Settings with { Layout = layout });

        scanner.Scan(Code.Replace("^", "", StringComparison.Ordinal), layout == KeyboardLayout.De ? KeyMap.De : KeyMap.Us);
        await Until(run, 1);

        Assert.Equal(ScannedCode.ToHex(Code[..^1]), run.Sink.Of<TagReading>()[0].Hex);
    }

    [Theory]
    [InlineData("rfid-hex.evemu")]
    [InlineData("gs1-datamatrix.evemu")]
    [InlineData("sscc-label.evemu")]
    public async Task A_recording_gives_the_code_that_its_first_line_says(string name)
    {
        var recording = await File.ReadAllLinesAsync(Testing.Repository.PathOf("devices/EdgeGateway.Devices/Keyboard/recordings/" + name));
        await using var run = await Started();

        scanner.Play(recording);
        await Until(run, 1);

        Assert.Equal(recording[0], "# " + EpcDecoder.Decode(run.Sink.Of<TagReading>()[0].Hex).Uri);
        Assert.Empty(run.Sink.Refusals);
    }

    [Fact]
    public async Task Two_codes_in_a_row_are_two_readings()
    {
        await using var run = await Started();

        scanner.Scan("PALLET-1");
        scanner.Scan("PALLET-2");
        await Until(run, 2);

        Assert.Equal(["0050414C4C45542D31", "0050414C4C45542D32"], run.Sink.Of<TagReading>().Select(reading => reading.Hex));
    }

    [Fact]
    public async Task A_code_that_was_not_ended_is_refused_and_does_not_spoil_the_next()
    {
        await using var run = await Started();

        scanner.Type("PALLET-");
        scanner.MonotonicNanoseconds += 5_000_000_000;
        scanner.Scan(Tag);
        await Until(run, 1);

        Assert.Equal(Tag, run.Sink.Of<TagReading>()[0].Hex);
        Assert.Contains("Enter", Assert.Single(run.Sink.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_with_lost_keys_is_refused()
    {
        await using var run = await Started();

        scanner.Type("PALL");
        scanner.DropKeys();
        scanner.Scan(Tag);
        await Until(run, 1);

        Assert.Equal(Tag, run.Sink.Of<TagReading>()[0].Hex);
        Assert.Contains("lost", Assert.Single(run.Sink.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_too_long_is_refused_and_the_next_is_read()
    {
        await using var run = await Started();

        scanner.Scan(new string('7', 600));
        scanner.Scan(new string('x', 100));
        scanner.Scan(Tag);
        await Until(run, 1);

        Assert.Collection(run.Sink.Refusals,
            reason => Assert.Contains("512", reason, StringComparison.Ordinal),
            reason => Assert.Contains("100 bytes", reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scanner_may_be_pulled_out_and_plugged_in_again()
    {
        await using var run = await Started();

        scanner.Type("half a co");
        scanner.PullOut();
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the loss");
        Assert.Contains("not plugged in", run.Sink.Detail, StringComparison.Ordinal);

        scanner.IsThere = true;
        await run.Until(sink => sink.Condition == DeviceCondition.Ok, "the return");
        scanner.Scan(Tag);
        await Until(run, 1);
        Assert.Equal(Tag, run.Sink.Of<TagReading>()[0].Hex);
    }

    [Fact]
    public async Task A_scanner_that_another_program_holds_is_told_so()
    {
        scanner.GrabbedByAnother = true;
        await using var run = DriverRun.Start(Settings, kernel: scanner);
        await run.Until(sink => sink.Condition == DeviceCondition.Unplugged, "the conflict");

        Assert.Contains("another program", run.Sink.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usb-x-event-kbd", "dock-1", "receiving", null)]
    [InlineData("by-path/pci-0-event-kbd", "dock-1", "shelf", null)]
    [InlineData("/dev/input/event0", "dock-1", "receiving", "address")]
    [InlineData("../../mem", "dock-1", "receiving", "address")]
    [InlineData("usb-x-event-kbd", "", "receiving", "zone")]
    [InlineData("usb-x-event-kbd", "dock-1", "door", "passage")]
    public void Settings_that_will_not_do_are_named(string address, string zone, string passage, string? wrong)
    {
        var mistakes = (Settings with { Address = address, Zone = zone, Passage = passage }).Check();

        Assert.Equal(wrong, mistakes.Select(mistake => mistake.Path).SingleOrDefault());
    }

    private static Task Until(DriverRun run, int readings) =>
        Testing.Eventually.True(() => run.Sink.Readings.Count >= readings, $"{readings} readings");

    private async Task<DriverRun> Started(KeyboardSettings? settings = null)
    {
        var run = DriverRun.Start(settings ?? Settings, kernel: scanner);
        await run.Until(sink => sink.Condition == DeviceCondition.Ok, "the scanner");
        return run;
    }
}
