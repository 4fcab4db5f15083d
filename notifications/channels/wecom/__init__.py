"""WeCom: a robot in a group, and an app's messages to one person."""

from __future__ import annotations

from notifications.channels.wecom.app import AppKeys, WeCom
from notifications.channels.wecom.codes import HOST
from notifications.channels.wecom.robot import RobotKeys, WeComRobot

__all__ = ["HOST", "AppKeys", "RobotKeys", "WeCom", "WeComRobot"]
