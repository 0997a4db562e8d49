using EdgeGateway.Contracts;
using EdgeGateway.Devices.Zones;

namespace EdgeGateway.Devices.Tests.Zones;

/// <summary>Entering, staying and leaving, position by position.</summary>
public sealed class ZoneWatchTests
{
    private const double MetresPerDegree = 111_195;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private static readonly PositionZone Depot = new()
    {
        Name = "depot", Latitude = 0, Longitude = 0, RadiusMetres = 100, HysteresisMetres = 50, Dwell = TimeSpan.FromMinutes(10),
    };

    /// <summary>An L: a yard of 300 m by 300 m without its north-east quarter.</summary>
    private static readonly PositionZone Yard = new()
    {
        Name = "yard", HysteresisMetres = 20, Corners = [Corner(0, 0), Corner(300, 0), Corner(300, 150), Corner(150, 150), Corner(150, 300), Corner(0, 300)],
    };

    [Fact]
    public void A_visit_is_told_with_its_beginning_its_dwell_time_and_its_end()
    {
        var watch = new ZoneWatch([Depot], []);

        Assert.Empty(Drive(watch, east: -200, minute: 0));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Entered, Start.AddMinutes(1), null)], Drive(watch, east: -90, minute: 1));
        Assert.Empty(Drive(watch, east: 0, minute: 10));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Dwelled, Start.AddMinutes(1), TimeSpan.FromMinutes(10))], Drive(watch, east: 0, minute: 11));
        Assert.Empty(Drive(watch, east: 0, minute: 12));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Left, Start.AddMinutes(1), TimeSpan.FromMinutes(12))], Drive(watch, east: 160, minute: 13));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Entered, Start.AddMinutes(14), null)], Drive(watch, east: 0, minute: 14));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Dwelled, Start.AddMinutes(14), TimeSpan.FromMinutes(11))], Drive(watch, east: 0, minute: 25));
    }

    [Fact]
    public void At_the_edge_a_position_that_wanders_enters_once_and_leaves_only_beyond_the_hysteresis()
    {
        var watch = new ZoneWatch([Depot], []);
        var random = new Random(7);
        Drive(watch, east: 95, minute: 0);

        for (var minute = 1; minute < 9; minute++)
        {
            Assert.Empty(Drive(watch, east: 60 + (random.NextDouble() * 80), minute));
        }

        Assert.Equal(ZoneChange.Left, Assert.Single(Drive(watch, east: 151, minute: 9)).Change);
        Assert.Empty(Drive(watch, east: 110, minute: 10));
    }

    [Fact]
    public void A_position_less_accurate_than_the_hysteresis_says_nothing()
    {
        var watch = new ZoneWatch([Depot], []);

        Assert.Empty(Drive(watch, east: 0, minute: 0, accuracy: 2000));
        Assert.Single(Drive(watch, east: 0, minute: 1, accuracy: 50));
        Assert.Empty(Drive(watch, east: 5000, minute: 2, accuracy: 51));
        Assert.Single(Drive(watch, east: 5000, minute: 3, accuracy: 10));
    }

    [Fact]
    public void A_stay_is_measured_only_while_the_time_can_be_trusted()
    {
        var watch = new ZoneWatch([Depot], []);

        watch.Observe(At(0, 0), null);
        watch.Observe(At(0, 0), null);
        Assert.Empty(Drive(watch, east: 0, minute: 60));
        Assert.Empty(Drive(watch, east: 0, minute: 69));
        Assert.Equal(TimeSpan.FromMinutes(10), Assert.Single(Drive(watch, east: 0, minute: 70)).Inside);
        Assert.Empty(Drive(watch, east: 0, minute: 5));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Left, Start.AddMinutes(5), TimeSpan.FromMinutes(2))], Drive(watch, east: 900, minute: 7));
    }

    [Fact]
    public void Leaving_without_a_trusted_time_tells_no_length_of_stay()
    {
        var watch = new ZoneWatch([Depot], []);
        watch.Observe(At(0, 0), null);

        Assert.Equal([new ZoneVisit("depot", ZoneChange.Left, null, null)], watch.Observe(At(900, 0), null));
    }

    [Fact]
    public void A_visit_that_had_begun_before_goes_on_and_one_of_a_zone_that_is_no_more_does_not()
    {
        var watch = new ZoneWatch([Depot], [new OpenVisit("gone", Start, false), new OpenVisit("depot", Start, IsDwellTold: true)]);

        Assert.Empty(Drive(watch, east: 0, minute: 30));
        Assert.Equal([new ZoneVisit("depot", ZoneChange.Left, Start, TimeSpan.FromMinutes(40))], Drive(watch, east: 900, minute: 40));
    }

    [Fact]
    public void One_position_may_leave_one_zone_and_enter_others()
    {
        var east = Depot with { Name = "east", Longitude = 1000 / MetresPerDegree };
        var watch = new ZoneWatch([Depot, east, east with { Name = "around east", RadiusMetres = 500 }], []);
        Drive(watch, east: 0, minute: 0);

        var changes = Drive(watch, east: 1000, minute: 1);

        Assert.Equal([("depot", ZoneChange.Left), ("east", ZoneChange.Entered), ("around east", ZoneChange.Entered)], changes.Select(visit => (visit.Zone, visit.Change)));
    }

    [Theory]
    [InlineData(100, 100, 0)]
    [InlineData(290, 100, 0)]
    [InlineData(100, 290, 0)]
    [InlineData(250, 250, 100)]
    [InlineData(160, 160, 10)]
    [InlineData(-30, 100, 30)]
    [InlineData(340, 180, 50)]
    [InlineData(100, 400, 100)]
    public void The_distance_to_an_area_follows_its_edge(double east, double north, double metres)
    {
        Assert.Equal(metres, Yard.MetresOutside(At(east, north)), 0.5);
    }

    [Fact]
    public void Zones_may_lie_across_the_date_line_and_near_a_pole()
    {
        var circle = new PositionZone { Name = "Taveuni", Latitude = -16.8, Longitude = 179.999, RadiusMetres = 500 };
        var area = new PositionZone { Name = "date line", Corners = [Place(-17, 179.99), Place(-17, -179.99), Place(-16.98, -179.99), Place(-16.98, 179.99)] };
        var north = new PositionZone { Name = "Alert", Corners = [Place(82.5, -62.4), Place(82.5, -62.2), Place(82.52, -62.2), Place(82.52, -62.4)] };

        Assert.Equal(0, circle.MetresOutside(new Fix(Start, -16.8, -179.999)));
        Assert.Equal(0, area.MetresOutside(new Fix(Start, -16.99, -179.995)));
        Assert.Equal(0, area.MetresOutside(new Fix(Start, -16.99, 179.995)));
        Assert.InRange(area.MetresOutside(new Fix(Start, -16.99, -179.98)), 1000, 1100);
        Assert.Equal(0, north.MetresOutside(new Fix(Start, 82.51, -62.3)));
        Assert.InRange(north.MetresOutside(new Fix(Start, 82.51, -62.19)), 130, 160);
    }

    [Fact]
    public void Mistakes_in_zones_are_named_with_their_place()
    {
        PositionZone[] zones =
        [
            Depot,
            Depot with { Latitude = 91, RadiusMetres = null },
            Yard with { Corners = [.. Yard.Corners!.Take(2)] },
            Yard with { Name = "", RadiusMetres = 5, HysteresisMetres = 0, Dwell = TimeSpan.Zero },
            Yard with { Name = "wide", Corners = [Place(0, 0), Place(0, 1), Place(1, 0)] },
            Yard with { Name = "nowhere", Corners = [Place(0, 0), Place(0, 181), Place(1, 0)] },
        ];

        Assert.Equal(
            [
                "zones[1].name", "zones[1].latitude", "zones[1].radiusMetres", "zones[2].corners", "zones[3].name", "zones[3].corners",
                "zones[3].hysteresisMetres", "zones[3].dwell", "zones[4].corners", "zones[5].corners",
            ],
            ZoneCheck.Mistakes(zones).Select(mistake => mistake.Path));
        Assert.Empty(ZoneCheck.Mistakes([Depot, Yard]));
    }

    private static IReadOnlyList<ZoneVisit> Drive(ZoneWatch watch, double east, int minute, double? accuracy = null) =>
        [.. watch.Observe(At(east, 0) with { AccuracyMetres = accuracy }, Start.AddMinutes(minute))];

    private static Fix At(double east, double north) => new(Start, north / MetresPerDegree, east / MetresPerDegree);

    private static ZoneCorner Corner(double east, double north) => Place(north / MetresPerDegree, east / MetresPerDegree);

    private static ZoneCorner Place(double latitude, double longitude) => new() { Latitude = latitude, Longitude = longitude };
}
