using EdgeGateway.Cloud.Views;

namespace EdgeGateway.Cloud.Tests.Views;

public sealed class ReservationsTests
{
    private readonly Reservations reservations = new();

    [Fact]
    public void What_is_reserved_is_given_up_by_its_reference_alone()
    {
        reservations.Reserve("order-1", 5, null);
        reservations.Reserve("order-2", 3, null);
        reservations.Release("order-1", 2, 0);
        Assert.Equal(6, reservations.Total);
        reservations.Fulfil("order-2", 3);
        Assert.Equal(3, reservations.Total);
    }

    [Fact]
    public void A_release_that_comes_before_its_reservation_meets_it()
    {
        reservations.Release("order-1", 5, 1_000);
        Assert.Equal(0, reservations.Total);
        var stored = Reservations.FromBytes(reservations.ToBytes());
        stored.Reserve("order-1", 8, null);
        Assert.Equal(3, stored.Total);
    }

    [Fact]
    public void A_reservation_lapses_when_event_time_reaches_its_end()
    {
        reservations.Reserve("cart-1", 5, 10_000);
        reservations.Reserve("cart-2", 2, 20_000);
        Assert.Equal(10_000, reservations.NextExpiry);
        Assert.False(reservations.Expire(9_999));
        Assert.True(reservations.Expire(10_000));
        Assert.Equal(2, reservations.Total);
    }

    [Fact]
    public void Shipping_what_nobody_reserved_leaves_nothing_behind()
    {
        reservations.Fulfil("order-1", 5);
        reservations.Reserve("order-1", 5, null);
        Assert.Equal(5, reservations.Total);
    }
}
