using EdgeGateway.Contracts;
using EdgeGateway.Devices.Tags;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Tags;

public sealed class TagSmoothingTests
{
    private static readonly TagSmoothingSettings Settings = new();

    private static readonly TagSmoothingSettings Careful = new() { ArriveAfterReads = 3, ArriveAfter = TimeSpan.FromSeconds(1) };

    [Fact]
    public void The_first_read_is_an_arrival_and_more_reads_say_nothing_new()
    {
        var field = new Field(Settings).Read(0, Field.Dock, -61, antenna: 3).Read(1, Field.Dock).Read(2, Field.Dock).Expire(3);

        var arrival = Assert.Single(field.Changes);
        Assert.Equal(["arrived dock-1 receiving at 0"], field.Told());
        Assert.Equal("urn:epc:id:sgtin:0614141.812345.6789", arrival.Epc);
        Assert.Equal(("80614141123458", Field.Carton, "reader"), (arrival.Gtin, arrival.Hex, arrival.Device));
        Assert.Equal((1, -61, 3), (arrival.Reads, arrival.RssiDbm, arrival.Antenna));
    }

    [Fact]
    public void A_tag_unseen_for_the_window_has_departed_as_of_its_last_read()
    {
        var field = new Field(Settings).Read(0, Field.Dock).Read(5, Field.Dock, -44, antenna: 2).Expire(604.9);
        Assert.Single(field.Changes);

        field.Expire(605);

        Assert.Equal(["arrived dock-1 receiving at 0", "departed dock-1 receiving at 5"], field.Told());
        Assert.Equal((1, -44, 2), (field.Changes[1].Reads, field.Changes[1].RssiDbm, field.Changes[1].Antenna));
        Assert.Equal(0, field.Smoothing.Count);
        Assert.Equal("arrived dock-1 receiving at 700", field.Read(700, Field.Dock).Told()[^1]);
    }

    [Fact]
    public void A_glimpse_becomes_an_arrival_by_its_count()
    {
        var field = new Field(Careful).Read(0, Field.Dock, -60).Read(0.2, Field.Dock, -55);
        Assert.Empty(field.Changes);

        field.Read(0.4, Field.Dock, -58);

        Assert.Equal(["arrived dock-1 receiving at 0"], field.Told());
        Assert.Equal((3, -55), (field.Changes[0].Reads, field.Changes[0].RssiDbm));
    }

    [Fact]
    public void A_glimpse_becomes_an_arrival_by_its_age()
    {
        Assert.Empty(new Field(Careful).Read(0, Field.Dock).Expire(0.9).Changes);
        Assert.Equal(["arrived dock-1 receiving at 0"], new Field(Careful).Read(0, Field.Dock).Expire(1).Told());
        Assert.Equal(["arrived dock-1 receiving at 0"], new Field(Careful).Read(0, Field.Dock).Read(1, Field.Dock).Told());
    }

    [Fact]
    public void A_glimpse_that_comes_to_nothing_is_forgotten()
    {
        var field = new Field(Settings with { ArriveAfterReads = 2 }).Read(0, Field.Dock).Expire(300);
        Assert.Equal(1, field.Smoothing.Count);

        Assert.Empty(field.Expire(600).Expire(601).Changes);
        Assert.Equal(0, field.Smoothing.Count);
    }

    [Fact]
    public void A_glimpsed_tag_arrives_where_it_is_seen_best()
    {
        var field = new Field(Careful).Read(0, Field.Shelf, -72).Read(0.1, Field.Dock, -48).Read(0.2, Field.Dock, -49);

        Assert.Equal(["arrived dock-1 receiving at 0"], field.Told());
    }

    [Fact]
    public void A_tag_moves_once_another_zone_sees_it_more_than_the_margin_stronger_and_the_hold_off_is_over()
    {
        var field = new Field(Settings).Read(0, Field.Dock, -60).Read(5, Field.Shelf, -40).Read(9, Field.Dock, -60).Read(9.9, Field.Shelf, -40);
        Assert.Single(field.Changes);

        field.Read(10, Field.Shelf, -40);
        Assert.Equal(["arrived dock-1 receiving at 0", "moved shelf-2 shelf at 10"], field.Told());

        for (var second = 11.0; second < 60; second++)
        {
            field.Read(second, Field.Shelf, -50).Read(second + 0.5, Field.Dock, -45);
        }

        Assert.Equal(2, field.Changes.Count);
    }

    [Fact]
    public void A_tag_that_its_zone_no_longer_sees_moves_whatever_the_signal()
    {
        var field = new Field(Settings).Read(0, Field.Dock, -40).Read(9, Field.Shelf, null).Read(9.5, Field.Shelf, -70);
        Assert.Single(field.Changes);

        Assert.Equal("moved shelf-2 shelf at 10", field.Read(10, Field.Shelf, -70).Told()[^1]);
    }

    [Fact]
    public void Two_antennas_of_one_zone_are_one_place()
    {
        var field = new Field(Settings);
        for (var second = 0; second < 60; second++)
        {
            field.Read(second, Field.Dock, second % 2 == 0 ? -40 : -70, antenna: 1 + (second % 2));
        }

        Assert.Single(field.Changes);
    }

    [Fact]
    public void A_read_that_comes_after_a_newer_one_moves_nothing_and_ages_nothing()
    {
        var field = new Field(Settings).Read(0, Field.Dock, -60, observed: 0).Read(20, Field.Dock, -60, observed: 20);

        field.Read(21, Field.Shelf, -30, observed: 15).Read(22, Field.Shelf, -30, observed: 16);
        Assert.Single(field.Changes);

        Assert.Equal("departed dock-1 receiving at 20", field.Expire(622).Told()[^1]);
        Assert.Equal(3, field.Changes[^1].Reads);
    }

    [Fact]
    public void A_readers_wrong_clock_neither_keeps_tags_nor_makes_them_depart()
    {
        var field = new Field(Settings).Read(0, Field.Dock, observed: 1_000_000).Read(1, Field.Dock, hex: "E280AA", observed: -1_000_000).Expire(600);

        Assert.Equal(["arrived dock-1 receiving at 1000000", "arrived dock-1 receiving at -1000000", "departed dock-1 receiving at 1000000"], field.Told());
    }

    [Fact]
    public void What_passes_a_portal_inwards_is_received_and_outwards_shipped()
    {
        var inwards = new Field(Settings).Read(0, Field.Portal, antenna: 1).Read(0.5, Field.Portal, antenna: 1).Read(1, Field.Portal, antenna: 2).Expire(5.9);
        Assert.Empty(inwards.Changes);
        Assert.Equal(["arrived hall receiving at 1"], inwards.Expire(6).Expire(7).Told());

        var outwards = new Field(Settings).Read(0, Field.Portal, antenna: 2).Read(0.5, Field.Portal, antenna: 1).Expire(6);
        Assert.Equal(["arrived yard shipping at 0.5"], outwards.Told());
    }

    [Fact]
    public void A_tag_that_comes_back_through_the_portal_moves_the_other_way()
    {
        var field = new Field(Settings).Read(0, Field.Portal, antenna: 1).Read(1, Field.Portal, antenna: 2).Expire(7)
            .Read(60, Field.Portal, antenna: 2).Read(61, Field.Portal, antenna: 1).Expire(67);

        Assert.Equal(["arrived hall receiving at 1", "moved yard shipping at 61"], field.Told());
    }

    [Fact]
    public void A_pass_read_out_of_order_has_the_same_direction()
    {
        var field = new Field(Settings).Read(1, Field.Portal, antenna: 2, observed: 1).Read(1.1, Field.Portal, antenna: 1, observed: 0.2).Read(1.2, Field.Portal, antenna: 1, observed: 0).Expire(7);

        Assert.Equal(["arrived hall receiving at 1"], field.Told());
    }

    [Fact]
    public void A_tag_that_stands_in_the_portal_has_no_direction()
    {
        var field = new Field(Settings);
        for (var second = 0.0; second < 120; second += 0.5)
        {
            field.Read(second, Field.Portal, antenna: 1 + ((int)(second * 2) % 2)).Expire(second);
        }

        Assert.Equal("shelf", Assert.Single(field.Changes).Passage);
    }

    [Fact]
    public void Tags_beyond_the_bound_make_the_one_unseen_for_longest_depart()
    {
        var field = new Field(Settings with { MaxTags = 2 }).Read(0, Field.Dock, hex: "E280AA").Read(1, Field.Dock, hex: "E280BB").Read(2, Field.Dock, hex: "E280AA").Read(3, Field.Dock, hex: "E280CC");

        Assert.Equal(2, field.Smoothing.Count);
        Assert.Equal(["E280AA", "E280BB", "E280BB", "E280CC"], field.Changes.Select(change => change.Hex));
        Assert.Equal(TagChange.Departed, field.Changes[2].Change);
    }

    [Fact]
    public void A_tag_pushed_out_in_mid_pass_is_told_of_first()
    {
        var field = new Field(Settings with { MaxTags = 1 }).Read(0, Field.Portal, antenna: 1).Read(1, Field.Portal, antenna: 2).Read(1.5, Field.Dock, hex: "E280AA").Expire(10);

        Assert.Equal(["arrived hall receiving at 1", "departed hall shelf at 1", "arrived dock-1 receiving at 1.5"], field.Told());
    }

    [Fact]
    public void The_same_tag_in_lower_case_is_the_same_tag() =>
        Assert.Single(new Field(Settings).Read(0, Field.Dock).Read(1, Field.Dock, hex: Field.Carton.ToLowerInvariant()).Changes);

    [Fact]
    public void Repeated_reads_allocate_nothing()
    {
        var field = new Field(Settings).Read(0, Field.Dock);
        var reading = new TagReading("reader", null, Field.Carton, -50, 1);
        field.Smoothing.Observe(reading, Field.Dock, Field.At(1), field.Changes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            field.Smoothing.Observe(reading, Field.Dock, Field.At(1), field.Changes);
            field.Smoothing.Expire(Field.At(1), field.Changes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Random_reads_keep_every_tags_story_straight()
    {
        var random = new Random(5);
        var field = new Field(Settings with { MaxTags = 40, DepartedAfter = TimeSpan.FromSeconds(30) });
        ReaderPlace[] places = [Field.Dock, Field.Shelf, Field.Portal];
        var now = 0.0;
        for (var i = 0; i < TestScale.Pick(quick: 5_000, normal: 50_000, @long: 1_000_000); i++)
        {
            now += random.NextDouble();
            field.Read(now, places[random.Next(3)], random.Next(4) == 0 ? null : -random.Next(30, 80), random.Next(4), $"E280{random.Next(60):X4}", now - (random.NextDouble() * 20));
            field.Expire(now);
        }

        field.Expire(now + 1_000);
        Assert.Equal(0, field.Smoothing.Count);
        foreach (var tag in field.Changes.GroupBy(change => change.Hex))
        {
            var present = false;
            foreach (var change in tag)
            {
                Assert.Equal(change.Change == TagChange.Arrived, !present);
                Assert.True(change.Reads >= 1);
                present = change.Change != TagChange.Departed;
            }

            Assert.False(present);
        }
    }
}
