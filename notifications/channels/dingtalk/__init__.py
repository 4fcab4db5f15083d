"""DingTalk: a robot in a group, and an app's work notifications to one person."""

from __future__ import annotations

from notifications.channels.dingtalk.app import AppKeys, DingTalk
from notifications.channels.dingtalk.codes import HOST
from notifications.channels.dingtalk.robot import DingTalkRobot, RobotKeys

__all__ = ["HOST", "AppKeys", "DingTalk", "DingTalkRobot", "RobotKeys"]
