using EdgeGateway.Contracts;
using EdgeGateway.Devices.Tags;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Tags;

/// <summary>Simulated pallets past readers that miss 40 % of what passes them: at least 99.9 % must be told of rightly.</summary>
[Trait("Speed", "Slow")]
public sealed class PalletSimulation
{
    private const double ReadRate = 0.6;
    private const double Wanted = 0.999;

    private static readonly int Pallets = TestScale.Pick(quick: 2_000, normal: 20_000, @long: 200_000);

    [Fact]
    public void A_portal_that_reads_60_percent_of_its_rounds_tells_each_tags_direction()
    {
        var random = new Random(1);
        var field = new Field(new TagSmoothingSettings { DepartedAfter = TimeSpan.FromSeconds(60) });
        var right = 0;
        for (var pallet = 0; pallet < Pallets; pallet++)
        {
            var (start, inwards) = (pallet * 120.0, random.Next(2) == 0);

            // Six metres at a walk, four rounds a second; the fields of the antennas overlap by a metre, and one round in twenty strays.
            for (var round = 0; round < 24; round++)
            {
                var metres = (inwards ? 1 : -1) * (-3 + (round * 0.25));
                for (var antenna = 1; antenna <= 2; antenna++)
                {
                    var sees = antenna == 1 ? metres < 0.5 : metres > -0.5;
                    if (random.NextDouble() < (sees ? ReadRate : 0.05))
                    {
                        field.Read(start + (round * 0.25), Field.Portal, (sees ? -55 : -70) + Noise(random), antenna, Hex(pallet, 0));
                    }
                }

                field.Expire(start + (round * 0.25));
            }

            field.Changes.Clear();
            field.Expire(start + 30);
            right += field.Changes is [{ Change: TagChange.Arrived } only] && only.Passage == (inwards ? "receiving" : "shipping") ? 1 : 0;
        }

        AssertRate(right);
    }

    [Fact]
    public void A_pallet_whose_cartons_are_each_read_in_60_percent_of_passes_is_told_by_their_majority()
    {
        const int Cartons = 24;
        var random = new Random(2);
        var field = new Field(new TagSmoothingSettings { DepartedAfter = TimeSpan.FromSeconds(60) });
        var right = 0;
        for (var pallet = 0; pallet < Pallets / 10; pallet++)
        {
            var (start, inwards) = (pallet * 120.0, random.Next(2) == 0);
            for (var antenna = 1; antenna <= 2; antenna++)
            {
                for (var carton = 0; carton < Cartons; carton++)
                {
                    if (random.NextDouble() < ReadRate)
                    {
                        var isFirst = (antenna == 1) == inwards;
                        field.Read(start + (isFirst ? 0 : 2) + random.NextDouble(), Field.Portal, -50, antenna, Hex(pallet, carton));
                    }
                }
            }

            field.Changes.Clear();
            field.Expire(start + 30);
            var received = field.Changes.Count(change => change.Passage == "receiving");
            var shipped = field.Changes.Count(change => change.Passage == "shipping");
            right += (inwards ? received > shipped : shipped > received) ? 10 : 0;
        }

        AssertRate(right);
    }

    [Fact]
    public void Two_docks_side_by_side_do_not_take_each_others_pallets()
    {
        var random = new Random(3);
        var shipping = new ReaderPlace("dock-2", "shipping");
        var field = new Field(new TagSmoothingSettings
        {
            ArriveAfterReads = int.MaxValue, ArriveAfter = TimeSpan.FromSeconds(2), DepartedAfter = TimeSpan.FromSeconds(60),
        });
        var right = 0;
        for (var pallet = 0; pallet < Pallets; pallet++)
        {
            var (start, received) = (pallet * 120.0, random.Next(2) == 0);
            field.Changes.Clear();
            for (var second = 0.0; second < 5; second += 0.25)
            {
                var (own, other) = received ? (Field.Dock, shipping) : (shipping, Field.Dock);
                if (random.NextDouble() < ReadRate)
                {
                    field.Read(start + second, own, -55 + Noise(random), hex: Hex(pallet, 0), device: own.Zone);
                }

                if (random.NextDouble() < 0.2)
                {
                    field.Read(start + second, other, -72 + Noise(random), hex: Hex(pallet, 0), device: other.Zone);
                }

                field.Expire(start + second);
            }

            field.Expire(start + 100);
            right += field.Changes is [{ Change: TagChange.Arrived } arrived, { Change: TagChange.Departed }] && arrived.Passage == (received ? "receiving" : "shipping") ? 1 : 0;
        }

        AssertRate(right);
    }

    private static void AssertRate(int right) => Assert.True(right >= Pallets * Wanted, $"{right} of {Pallets} pallets were told of rightly");

    private static string Hex(int pallet, int carton) => $"E2{pallet:X14}{carton:X8}";

    /// <summary>Decibels: what reflections do to a signal.</summary>
    private static double Noise(Random random) => (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 8;
}
