#!/usr/bin/env python3
"""Writes a drive as the NMEA sentences of a receiver at 1 Hz: drive.py [START], START as 2026-03-02T06:00:00Z, default now.

A delivery round in Dallas: from the depot over streets and a motorway to a shop, where it stops for two minutes,
with a traffic light on the way, and on to the next street. 13 minutes 20 seconds; the first ten seconds have no fix.
"""
import math
import sys
from datetime import datetime, timedelta, timezone

# (seconds, metres a second at the end of the leg, degrees turned during it)
LEGS = [
    (10, None, 0),          # no fix yet
    (20, 0, 0),             # parked at the depot
    (12, 11, 0), (50, 11, 0), (8, 6, 0), (6, 6, 90), (10, 13, 0), (60, 13, 0),
    (9, 0, 0), (35, 0, 0),  # traffic light
    (12, 13, 0), (40, 13, 0), (8, 7, 0), (7, 7, -90), (20, 27, 0), (120, 27, 35),
    (15, 9, 0), (6, 7, 80), (40, 11, 0), (10, 0, 0),
    (120, 0, 0),            # unloading at the shop
    (10, 10, 0), (60, 10, 0), (6, 6, 170), (10, 12, 0), (76, 12, -20), (10, 0, 0), (10, 0, 0),
]


def sentence(body):
    check = 0
    for character in body:
        check ^= ord(character)
    return f"${body}*{check:02X}\r\n"


def degrees(value, width, positive, negative):
    side = positive if value >= 0 else negative
    value = abs(value)
    whole = int(value)
    return f"{whole:0{width}d}{(value - whole) * 60:08.5f},{side}"


def main():
    if len(sys.argv) > 1:
        time = datetime.fromisoformat(sys.argv[1].replace("Z", "+00:00"))
    else:
        time = datetime.now(timezone.utc)
    time = time.replace(microsecond=0)
    latitude, longitude, speed, course = 32.77670, -96.79700, 0.0, 62.0
    out = []
    for seconds, target, turn in LEGS:
        start = speed
        for second in range(1, seconds + 1):
            clock, date = time.strftime("%H%M%S.00"), time.strftime("%d%m%y")
            time += timedelta(seconds=1)
            if target is None:
                out.append(sentence(f"GPRMC,{clock},V,,,,,,,{date},,,N"))
                out.append(sentence(f"GPGGA,{clock},,,,,,0,00,99.9,,M,,M,,"))
                out.append(sentence("GPGSA,A,1,,,,,,,,,,,,,99.9,99.9,99.9"))
                continue
            speed = start + (target - start) * second / seconds
            course = (course + turn / seconds) % 360
            latitude += speed * math.cos(math.radians(course)) / 111_320
            longitude += speed * math.sin(math.radians(course)) / (111_320 * math.cos(math.radians(latitude)))
            place = degrees(latitude, 2, "N", "S") + "," + degrees(longitude, 3, "E", "W")
            out.append(sentence(f"GPRMC,{clock},A,{place},{speed / 0.514444:.2f},{course:.2f},{date},,,A"))
            out.append(sentence(f"GPGGA,{clock},{place},1,09,0.9,131.0,M,-26.0,M,,"))
            out.append(sentence("GPGSA,A,3,02,05,07,09,13,16,21,26,29,,,,1.6,0.9,1.3"))
    sys.stdout.write("".join(out))


if __name__ == "__main__":
    main()
